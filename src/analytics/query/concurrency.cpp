#include "analytics/query/concurrency.hpp"

#include <algorithm>
#include <tuple>

namespace tally::analytics {

std::vector<std::int32_t> Concurrency::curve(Time from, Time to) {
    if (to <= from) return {};
    const auto seconds = static_cast<std::size_t>(((to - from).count() + 999) / 1000);
    std::vector<std::int32_t> changes(seconds + 1);
    const auto second_of = [&](Time time) {
        const auto offset = std::clamp<std::int64_t>((time - from).count(), 0, (to - from).count());
        return static_cast<std::size_t>(offset / 1000);
    };
    std::ranges::sort(spans_, {}, [](const Span& span) { return std::tuple(span.viewer, span.from); });
    for (std::size_t i = 0; i < spans_.size();) {
        // A viewer's views that overlap are one.
        auto merged = spans_[i++];
        while (i < spans_.size() && spans_[i].viewer == merged.viewer && spans_[i].from <= merged.to)
            merged.to = std::max(merged.to, spans_[i++].to);
        if (merged.to <= from || merged.from >= to) continue;
        ++changes[second_of(merged.from)];
        // Who came counts in the second of coming, however short it was.
        --changes[std::max(second_of(merged.to), second_of(merged.from) + 1)];
    }
    std::int32_t now = 0;
    for (auto& change : changes)
        change = now += change;
    changes.resize(seconds);
    return changes;
}

std::int32_t Concurrency::peak(Time from, Time to) {
    const auto seconds = curve(from, to);
    return seconds.empty() ? 0 : std::ranges::max(seconds);
}

}  // namespace tally::analytics
