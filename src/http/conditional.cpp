#include "http/conditional.hpp"

#include "http/ascii.hpp"

namespace tally::http {
namespace {

std::string_view without_weakness(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    return tag;
}

}  // namespace

bool lists_tag(std::string_view list, std::string_view tag) {
    if (tag.empty()) return false;
    if (trim(list) == "*") return true;
    while (!list.empty())
        if (without_weakness(take_item(list, ',')) == without_weakness(tag)) return true;
    return false;
}

bool is_not_modified(const Request& request, const Response& response) {
    if (const auto list = request.header("If-None-Match"); !list.empty())
        return lists_tag(list, response.headers.get("ETag"));
    const auto since_text = request.header("If-Modified-Since");
    const auto modified_text = response.headers.get("Last-Modified");
    if (since_text.empty() || modified_text.empty()) return false;
    const auto since = parse_http_date(std::string(since_text));
    const auto modified = parse_http_date(std::string(modified_text));
    return since && modified && *modified <= *since;
}

bool range_still_applies(const Request& request, const Response& response) {
    const auto validator = request.header("If-Range");
    if (validator.empty()) return true;
    // RFC 9110 13.1.5: the strong comparison, and dates must be equal.
    if (validator.starts_with('"')) return validator == response.headers.get("ETag");
    return validator == response.headers.get("Last-Modified");
}

}  // namespace tally::http
