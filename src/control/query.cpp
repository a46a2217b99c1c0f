#include "control/query.hpp"

#include "base/utf8.hpp"

#include <charconv>

namespace tally::control {

namespace {

constexpr std::size_t most_items = 200;

std::optional<std::size_t> parse_limit(std::string_view text) {
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && limit >= 1 && limit <= most_items ? std::optional(limit) : std::nullopt;
}

}  // namespace

bool Query::flag(std::string_view name, bool otherwise) {
    const auto given = text(name);
    if (!given) return otherwise;
    const bool yes = *given == "true" || *given == "1";
    if (!yes && *given != "false" && *given != "0") refuse(name, "must be true or false");
    return yes;
}

PageRequest Query::page(const Cursors& cursors, std::string_view list) {
    PageRequest page;
    if (const auto given = text("limit")) {
        const auto limit = parse_limit(*given);
        if (!limit) refuse("limit", "must be 1..200");
        page.limit = limit.value_or(page.limit);
    }
    if (const auto given = text("order")) {
        if (*given != "asc" && *given != "desc") refuse("order", "must be asc or desc");
        page.newest_first = *given == "desc";
    }
    if (const auto given = text("cursor")) {
        page.after = cursors.parse(list, *given);
        if (!page.after) refuse("cursor", "must be the nextCursor of this list");
    }
    return page;
}

void Query::refuse(std::string_view name, std::string message) {
    errors_.push_back({"/" + std::string(name), "invalid_value", std::move(message)});
}

Outcome<void> Query::finish() {
    // A parameter that cannot be read must not count as one that was not given.
    const auto decoded = http::percent_decode(request_.query);
    if (!decoded || !is_utf8(*decoded))
        errors_.push_back({"", "malformed", "the query must be percent-encoded UTF-8, without NUL"});
    if (errors_.empty()) return {};
    return validation_failed(std::move(errors_));
}

}  // namespace tally::control
