#include "control/broadcast/broadcast_includes.hpp"

#include "base/log.hpp"
#include "control/query.hpp"
#include "http/ascii.hpp"

namespace tally::control {

namespace {

constexpr auto names = std::to_array<std::string_view>({"analytics", "recording", "streams"});

/// "Analytics temporarily unavailable"
std::string unavailable(std::string name) {
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name + " temporarily unavailable";
}

}  // namespace

Outcome<std::vector<std::string>> read_include(const http::Request& request) {
    Query query(request);
    std::vector<std::string> wanted;
    const auto given = query.text("include").value_or("");
    for (std::string_view rest = given; !rest.empty();) {
        const auto name = http::take_item(rest, ',');
        if (std::ranges::find(names, name) == names.end())
            query.refuse("include", "must be some of analytics, recording, streams");
        if (std::ranges::find(wanted, name) == wanted.end()) wanted.emplace_back(name);
    }
    if (auto valid = query.finish(); !valid) return std::unexpected(std::move(valid).error());
    return wanted;
}

Async<> fill(
    json::object& view,
    const BroadcastDetails& details,
    const BroadcastIncludes& offered,
    const std::vector<std::string>& wanted
) {
    for (const auto& name : wanted) {
        std::string failure = "not served here";
        const auto include = std::ranges::find(offered, name, &BroadcastInclude::name);
        if (include != offered.end()) {
            try {
                view[name] = co_await include->read(details);
                continue;
            } catch (const std::exception& error) {
                failure = error.what();
            }
        }
        log::debug("broadcast.include_failed", {{"include", name}, {"error", failure}});
        view[name] = nullptr;
        view[name + "Error"] = unavailable(name);
    }
}

}  // namespace tally::control
