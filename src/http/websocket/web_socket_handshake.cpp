#include "http/websocket/web_socket_frames.hpp"

namespace tally::http {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

/// Beast makes the answer from the request's handshake alone.
beast::http::request<beast::http::empty_body> handshake_of(const Request& request) {
    using beast::http::field;
    const auto text = [](std::string_view value) { return beast::string_view(value.data(), value.size()); };
    beast::http::request<beast::http::empty_body> handshake(beast::http::verb::get, text(request.path), 11);
    handshake.set(field::host, text(request.header("Host")));
    handshake.set(field::upgrade, "websocket");
    handshake.set(field::connection, "Upgrade");
    handshake.set(field::sec_websocket_key, text(request.header("Sec-WebSocket-Key")));
    handshake.set(field::sec_websocket_version, "13");
    return handshake;
}

}  // namespace

Async<bool> accept_web_socket(WebSocketFrames& frames, const Request& request, const Headers& headers) {
    frames.set_option(websocket::stream_base::decorator([&](websocket::response_type& response) {
        response.set(beast::http::field::server, "Tally");  // else Beast names itself
        response.set("X-Request-Id", request.id);
        for (const auto& [name, value] : headers)
            response.set(name, value);
    }));
    const auto handshake = handshake_of(request);
    const auto [error] = co_await frames.async_accept(handshake, as_result);
    co_return !error;
}

}  // namespace tally::http
