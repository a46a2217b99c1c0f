#include "analytics/query/airing.hpp"

namespace tally::analytics {

std::vector<Airing> airings_of(FactReader& reader, const std::vector<BroadcastInfo>& broadcasts, Time now) {
    std::vector<Airing> airings;
    for (const auto& info : broadcasts) {
        const Question question{.broadcast = info, .now = now};
        airings.push_back({
            .info = info,
            .summary = kept_summary(reader, question),
            .running = !info.ended,
            .live_seconds = question.live_seconds(),
        });
    }
    return airings;
}

}  // namespace tally::analytics
