#include "http/problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace tally::http {
namespace {

/// "channel_not_found": "Channel not found".
std::string title_of(std::string_view code) {
    std::string title(code);
    std::ranges::replace(title, '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] & ~0x20);
    return title;
}

bool is_retryable(const Problem& problem) {
    return problem.retry_after > 0 || problem.status == 408 || problem.status == 429 || problem.status == 503;
}

boost::json::array list_of(const json::FieldErrors& errors) {
    boost::json::array list;
    for (const auto& error : errors)
        list.push_back({{"pointer", error.pointer}, {"code", error.code}, {"message", error.message}});
    return list;
}

}  // namespace

Response to_response(const Problem& problem, const Request& request) {
    boost::json::object document{
        {"type", "urn:tally:problem:" + problem.code},
        {"title", title_of(problem.code)},
        {"status", problem.status},
        {"detail", problem.detail},
        {"instance", request.path},
        {"code", problem.code},
        {"retryable", is_retryable(problem)},
        {"requestId", request.id},
    };
    for (const auto& [name, value] : problem.extra)
        document.insert_or_assign(name, value);
    if (!problem.errors.empty()) document["errors"] = list_of(problem.errors);

    Response response{.status = problem.status, .headers = {}, .body = boost::json::serialize(document)};
    response.headers.add("Content-Type", "application/problem+json");
    response.headers.add("Cache-Control", "no-store");
    if (problem.retry_after > 0) response.headers.add("Retry-After", std::to_string(problem.retry_after));
    return response;
}

}  // namespace tally::http
