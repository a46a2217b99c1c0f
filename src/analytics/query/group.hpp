// Views that share a country, a device or an age: what breakdowns print a row for.
#pragma once

#include "analytics/query/concurrency.hpp"
#include "analytics/query/figures.hpp"
#include "analytics/query/view_totals.hpp"

#include <functional>

namespace tally::analytics {

/// Fewer viewers than this are not shown by themselves: one could be told from the others.
inline constexpr std::uint64_t smallest_cell = 10;

struct Group {
    DistinctCount viewers{};
    std::int64_t attempts = 0;
    std::int64_t views = 0;
    std::int64_t failures = 0;
    std::int64_t play_ms = 0;
    std::int64_t rebuffer_ms = 0;
    std::int64_t bitrate_kbps_ms = 0;
    std::int64_t bitrate_ms = 0;
    Quantiles startup_ms{};

    void add(const SessionFacts& view);
    /// Views, watch time and experience.
    void print(json::object& to) const;
};

class Groups {
public:
    /// Unknown when the name is empty.
    Group& operator[](const std::string& name) { return name.empty() ? unknown_ : groups_[name]; }

    const Group& unknown() const { return unknown_; }

    /// Those with the most viewers first.
    std::vector<std::pair<std::string_view, const Group*>> ordered() const;

private:
    std::unordered_map<std::string, Group> groups_;
    Group unknown_;
};

}  // namespace tally::analytics
