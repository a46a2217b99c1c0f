// From requests to use cases and back: JSON bodies, answers that are polled, and the store's failures.
#pragma once

#include "control/cursors.hpp"
#include "control/problems.hpp"
#include "http/router.hpp"
#include "json/text.hpp"
#include "sql/value.hpp"

namespace tally::control {

/// 415 when the client says that it sends something else than JSON.
Outcome<void> check_content_type(const http::Request& request);

/// 400 when the body is not the JSON of a T. An empty body is an empty object: many bodies are optional.
template <class T>
Outcome<T> read_body(const http::Request& request) {
    if (auto typed = check_content_type(request); !typed) return std::unexpected(std::move(typed).error());
    auto read = json::read<T>(request.body.empty() ? "{}" : request.body);
    if (!read) return validation_failed(std::move(read).error());
    return *std::move(read);
}

/// The strong ETag of a JSON text.
std::string entity_tag(std::string_view text);

http::Response reply(unsigned status, const json::value& body);
/// For what clients ask again and again: a strong ETag, and how often to ask.
http::Response pollable(const json::value& body);

/// A Link header to this page's next.
void add_next_link(http::Response& response, const http::Request& request, std::string_view next_cursor);
/// {"items", "nextCursor", "hasMore"}, and a Link header to the next page.
http::Response reply_list(
    const http::Request& request, json::array items, const std::optional<std::string>& next_cursor
);

template <class T, class Encode>
http::Response reply_page(
    const http::Request& request,
    const Page<T>& page,
    const Cursors& cursors,
    std::string_view list,
    Encode encode
) {
    json::array items;
    for (const auto& item : page.items)
        items.push_back(encode(item));
    std::optional<std::string> next;
    if (page.next) next = cursors.print(list, *page.next);
    return reply_list(request, std::move(items), next);
}

/// What a route does: the answer or the problem. The request lives until the coroutine ends.
using Action = std::function<Async<Outcome<http::Response>>(const http::Request&)>;

/// The one place where a failing store becomes an answer: 503 with `store_code` and Retry-After.
http::Handler handler(Action action, std::string_view store_code = "store_unavailable");

/// Adds the routes of one aggregate. What they do are functions of its parts and the request that give
/// Async<Outcome<Response>>.
template <class Parts>
class AddRoute {
public:
    AddRoute(http::Router& router, std::shared_ptr<const Parts> parts)
        : router_(router),
          parts_(std::move(parts)) {}

    template <class Act>
    void operator()(
        http::Method method,
        std::string_view pattern,
        Act act,
        std::string_view store_code = "store_unavailable"
    ) const {
        const auto bound = [parts = parts_, act](const http::Request& request) {
            return act(*parts, request);
        };
        router_.add(method, pattern, handler(bound, store_code));
    }

private:
    http::Router& router_;
    std::shared_ptr<const Parts> parts_;
};

}  // namespace tally::control
