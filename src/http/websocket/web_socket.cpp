#include "http/websocket/web_socket.hpp"

#include "http/ascii.hpp"
#include "http/problem.hpp"

namespace tally::http {
namespace {

/// 16 bytes in base64.
bool is_websocket_key(std::string_view key) {
    constexpr std::string_view padding = "==";
    const auto is_letter = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '/';
    };
    return key.size() == 24 && key.ends_with(padding) &&
           std::ranges::all_of(key.substr(0, key.size() - padding.size()), is_letter);
}

bool lists(std::string_view header, std::string_view token) {
    while (!header.empty())
        if (equals_ignoring_case(take_item(header, ','), token)) return true;
    return false;
}

Response upgrade_required(const Request& request, std::string detail) {
    auto response = to_response(
        {.status = 426, .code = "upgrade_required", .detail = std::move(detail), .extra = {}, .errors = {}},
        request
    );
    response.headers.add("Upgrade", "websocket");
    response.headers.add("Sec-WebSocket-Version", "13");
    return response;
}

}  // namespace

std::optional<Response> refuse_upgrade(const Request& request) {
    if (request.method != Method::get || !lists(request.header("Upgrade"), "websocket") ||
        !lists(request.header("Connection"), "upgrade"))
        return upgrade_required(request, "This address is for WebSockets: ask for an upgrade.");
    if (request.header("Sec-WebSocket-Version") != "13")
        return upgrade_required(request, "Only version 13 of the WebSocket protocol is understood.");
    if (is_websocket_key(request.header("Sec-WebSocket-Key"))) return std::nullopt;
    return to_response(
        {.status = 400,
         .code = "malformed_handshake",
         .detail = "Sec-WebSocket-Key must be 16 bytes in base64.",
         .extra = {},
         .errors = {}},
        request
    );
}

}  // namespace tally::http
