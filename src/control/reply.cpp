#include "control/reply.hpp"

#include "http/ascii.hpp"
#include "http/problem.hpp"
#include "sql/failure.hpp"

namespace tally::control {

namespace {

constexpr int retry_seconds = 2;

Problem store_problem(std::string_view code, bool uncertain) {
    return {
        .status = 503,
        .code = std::string(code),
        .detail = uncertain
                      ? "The store went away before it said whether this was done. Look before you repeat."
                      : "The store is not available: nothing was changed. Try again.",
        .retry_after = retry_seconds,
    };
}

/// This page's address with the cursor of the next.
std::string next_page(const http::Request& request, std::string_view cursor) {
    std::string target(request.path);
    char separator = '?';
    for (std::string_view rest = request.query; !rest.empty();) {
        const auto parameter = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(parameter.size() + 1, rest.size()));
        if (parameter.starts_with("cursor=")) continue;
        target.append(1, separator).append(parameter);
        separator = '&';
    }
    return target.append(1, separator).append("cursor=").append(cursor);
}

}  // namespace

Outcome<void> check_content_type(const http::Request& request) {
    auto type = request.header("Content-Type");
    if (request.body.empty() || type.empty()) return {};
    type = http::trim(type.substr(0, type.find(';')));
    const bool is_json = http::equals_ignoring_case(type, "application/json") ||
                         (type.starts_with("application/") && type.ends_with("+json"));
    if (is_json) return {};
    return http::problem(415, "unsupported_media_type", "The body must be JSON: application/json.");
}

std::string entity_tag(std::string_view text) {
    const auto digest = sha256(text);
    return fmt::format("\"{}\"", to_base64url(ByteView(digest).first(16)));
}

http::Response reply(unsigned status, const json::value& body) {
    http::Response response{.status = status, .headers = {}, .body = json::print(body)};
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

http::Response pollable(const json::value& body) {
    auto response = reply(200, body);
    response.headers.set("ETag", entity_tag(std::get<std::string>(response.body)));
    response.headers.set("Cache-Control", "max-age=1");
    response.headers.set("X-Poll-Interval", "5");
    return response;
}

void add_next_link(http::Response& response, const http::Request& request, std::string_view next_cursor) {
    response.headers.add("Link", fmt::format("<{}>; rel=\"next\"", next_page(request, next_cursor)));
}

http::Response reply_list(
    const http::Request& request, json::array items, const std::optional<std::string>& next_cursor
) {
    auto response = pollable(json::object{
        {"items", std::move(items)},
        {"nextCursor", json::encode(next_cursor)},
        {"hasMore", next_cursor.has_value()},
    });
    if (next_cursor) add_next_link(response, request, *next_cursor);
    return response;
}

http::Handler handler(Action action, std::string_view store_code) {
    return [action = std::move(action), store_code](const http::Request& request) -> Async<http::Response> {
        std::optional<Problem> problem;
        try {
            auto outcome = co_await action(request);
            if (outcome) co_return *std::move(outcome);
            problem = std::move(outcome).error();
        } catch (const sql::Unavailable& error) {
            const auto* failure = dynamic_cast<const sql::Failure*>(&error);
            const bool uncertain = failure != nullptr && failure->cause() == sql::Cause::uncertain;
            problem = store_problem(store_code, uncertain);
        }
        co_return http::to_response(*problem, request);
    };
}

}  // namespace tally::control
