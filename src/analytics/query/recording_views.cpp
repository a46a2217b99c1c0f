#include "analytics/query/recording_views.hpp"

#include "analytics/query/figures.hpp"
#include "analytics/query/view_totals.hpp"
#include "analytics/recordings.hpp"

namespace tally::analytics {

boost::json::object recording_views(FactReader& reader, const BroadcastId& broadcast) {
    std::int64_t views = 0;
    std::int64_t play_ms = 0;
    DistinctCount viewers;
    if (const auto recording = recording_of(broadcast))
        reader.sessions(*recording, ViewColumns::watching, [&](const SessionFacts& view) {
            if (!view.first_frame || view.validity == Validity::invalid) return;
            ++views;
            play_ms += view.counters.play_ms;
            viewers.add(viewer_of(view));
        });
    return {
        {"views", views},
        {"uniqueViewers", viewers.count()},
        {"watchTimeSeconds", seconds(play_ms)},
        {"averageWatchTime", ratio(seconds(play_ms), views)},
    };
}

}  // namespace tally::analytics
