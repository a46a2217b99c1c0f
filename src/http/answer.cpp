#include "http/answer.hpp"

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "http/compression.hpp"
#include "http/conditional.hpp"
#include "http/gate.hpp"
#include "http/method.hpp"
#include "http/range.hpp"
#include "http/request_id.hpp"

namespace tally::http {
namespace {

/// What names things has to be text; broken bytes would be repeated in answers and reach the store.
bool is_text(std::string_view path) {
    const auto is_plain = [](char c) { return c != '%' && static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(path, is_plain)) return true;
    const auto decoded = percent_decode(path);
    return decoded && is_utf8(*decoded);
}

/// The path itself may not even be fit for the answer.
Response malformed_path(const Request& request) {
    Request named;
    named.id = request.id;
    std::string shown;
    for (const char c : request.path)
        shown += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c)
                                                      : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    named.path = shown;
    return to_response(
        {.status = 400,
         .code = "malformed_path",
         .detail = "The address has a broken percent escape, or is not UTF-8."},
        named
    );
}

Response not_found(const Request& request) {
    return to_response(
        {.status = 404, .code = "not_found", .detail = fmt::format("There is nothing at {}.", request.path)},
        request
    );
}

Response method_not_allowed(const std::string& allow, const Request& request) {
    auto response = to_response(
        {.status = 405, .code = "method_not_allowed", .detail = fmt::format("This address takes {}.", allow)},
        request
    );
    response.headers.add("Allow", allow);
    return response;
}

/// Any path, known or not: a browser asks before it sends (Fetch 3.2.2).
Response preflight(const Router& router, const Request& request) {
    auto allow = router.match(Method::other, request.path).allow;
    if (allow.empty()) allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
    Response response{.status = 204, .headers = {}, .body = {}};
    response.headers.add("Allow", allow);
    response.headers.add("Access-Control-Allow-Methods", allow);
    // "*" does not cover Authorization.
    response.headers.add("Access-Control-Allow-Headers", "*, Authorization");
    response.headers.add("Access-Control-Max-Age", "86400");
    return response;
}

Response internal_error(std::string_view what, const Request& request) {
    log::error(
        "request failed",
        {{"method", name_of(request.method)}, {"path", request.path}, {"request", request.id}, {"error", what}
        }
    );
    return to_response(
        {.status = 500, .code = "internal_error", .detail = "The server failed; the cause is in its log."},
        request
    );
}

Async<Response> call(const Handler& handler, const Request& request) {
    std::string failure;
    try {
        co_return co_await handler(request);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    co_return internal_error(failure, request);
}

/// Asks the gate first. What it says of the caller's limits goes with every answer.
Async<Response> call_guarded(const Router::Match& match, Request& request) {
    auto admission = co_await match.gate->admit(match.access, request);
    auto response =
        admission.refusal ? to_response(*admission.refusal, request) : co_await call(*match.handler, request);
    for (const auto& [name, value] : admission.headers)
        response.headers.set(name, value);
    co_return response;
}

/// `counts` becomes those of the route, when there is one.
Async<Response> route(const Router& router, Request& request, RouteCounts*& counts) {
    if (request.method == Method::options) co_return preflight(router, request);
    if (!is_text(request.path)) co_return malformed_path(request);
    auto match = router.match(request.method, request.path);
    if (match.handler == nullptr)
        co_return match.allow.empty() ? not_found(request) : method_not_allowed(match.allow, request);
    counts = match.counts;
    request.parameters = std::move(match.parameters);
    if (match.gate != nullptr) co_return co_await call_guarded(match, request);
    co_return co_await call(*match.handler, request);
}

std::optional<std::uint64_t> size_of(const Body& body) {
    if (const auto* text = std::get_if<std::string>(&body)) return text->size();
    if (const auto* bytes = std::get_if<SharedBytes>(&body)) return *bytes ? (*bytes)->size() : 0;
    if (const auto* source = std::get_if<std::shared_ptr<const ByteSource>>(&body)) return (*source)->size();
    return std::nullopt;
}

bool allows_ranges(const Response& response) {
    if (response.status != 200 || !response.headers.get("Content-Encoding").empty()) return false;
    if (std::holds_alternative<BodyStream>(response.body)) return false;
    return std::holds_alternative<std::shared_ptr<const ByteSource>>(response.body) ||
           !response.headers.get("ETag").empty();
}

/// RFC 9110 14: one range is served, several are answered by the whole.
void cut_range(Answer& answer, const Request& request) {
    auto& response = answer.response;
    if (!allows_ranges(response)) return;
    response.headers.set("Accept-Ranges", "bytes");
    const auto header = request.header("Range");
    if (header.empty() || request.method != Method::get || !range_still_applies(request, response)) return;
    const auto size = *answer.length;
    const auto range = parse_range(header, size);
    if (!range) return;
    if (range->size == 0) {
        response = to_response(
            {.status = 416, .code = "range_not_satisfiable", .detail = "The range lies outside the content."},
            request
        );
        response.headers.add("Content-Range", fmt::format("bytes */{}", size));
        answer.length = size_of(response.body);
        return;
    }
    response.status = 206;
    response.headers.add(
        "Content-Range", fmt::format("bytes {}-{}/{}", range->offset, range->offset + range->size - 1, size)
    );
    answer.offset = range->offset;
    answer.length = range->size;
}

Answer finish(Response response, const Request& request) {
    Answer answer{.response = std::move(response)};
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (reads && answer.response.status == 200 && is_not_modified(request, answer.response))
        answer.response.status = 304;
    answer.length = size_of(answer.response.body);
    if (answer.response.status == 304 || answer.response.status == 204) {
        if (answer.response.status == 304) tell_encoding(answer.response, request);
        answer.length.reset();
        answer.send_body = false;
        return answer;
    }
    cut_range(answer, request);
    compress(answer.response, request);
    if (answer.response.status != 206) answer.length = size_of(answer.response.body);
    answer.send_body = request.method != Method::head;
    return answer;
}

}  // namespace

Async<Answer> answer(const Router& router, Request& request) {
    assign_request_id(request);
    RouteCounts* counts = nullptr;
    auto answered = finish(co_await route(router, request, counts), request);
    answered.counts = counts;
    co_return answered;
}

Answer refusal(const Problem& problem, Request& request) {
    assign_request_id(request);
    return finish(to_response(problem, request), request);
}

}  // namespace tally::http
