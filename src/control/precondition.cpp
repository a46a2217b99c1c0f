#include "control/precondition.hpp"

#include "control/query.hpp"
#include "http/conditional.hpp"

namespace tally::control {

Outcome<bool> read_strict(const http::Request& request) {
    Query query(request);
    const bool strict = query.flag("strict", false);
    if (auto valid = query.finish(); !valid) return std::unexpected(std::move(valid).error());
    return strict;
}

Outcome<std::optional<std::string>> read_if_match(const http::Request& request) {
    TRY(const auto strict, read_strict(request));
    const auto header = request.header("If-Match");
    if (!header.empty()) return std::string(header);
    if (!strict) return std::nullopt;
    return http::problem(
        428, "precondition_required", "With strict=true a change needs If-Match: the ETag of what you read."
    );
}

Outcome<void> check_if_match(std::string_view if_match, const json::value& document) {
    if (http::lists_tag(if_match, entity_tag(json::print(document)))) return {};
    return http::problem(412, "precondition_failed", "It was changed since: read it again, then decide.");
}

}  // namespace tally::control
