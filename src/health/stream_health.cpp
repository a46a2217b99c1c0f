#include "health/stream_health.hpp"

#include <algorithm>
#include <cmath>

namespace tally::health {

std::vector<AlertChange> StreamHealth::observe(const Observation& observation) {
    if (!observation.seconds.empty()) newest_second_ = observation.seconds.back()->number;
    const auto before = sampler_.vitals();
    const auto& vitals = sampler_.observe(observation);
    history_.add(vitals);
    note_events(observation, before);
    auto changes = watch_.evaluate({plan_, vitals, observation});
    for (const auto& change : changes)
        if (change.kind == ChangeKind::raised)
            history_.add({.t = observation.at, .type = "alert", .detail = {{"code", change.alert.code}}});
    active_ = watch_.active();
    return changes;
}

std::vector<AlertChange> StreamHealth::end(Time now) {
    active_.clear();
    return watch_.end(now);
}

void StreamHealth::note_events(const Observation& observation, const Vitals& before) {
    const auto& vitals = sampler_.vitals();
    if (before.attached && !vitals.attached)
        history_.add({.t = observation.at, .type = "disconnect", .detail = {}});
    returning_ |= vitals.reconnects > before.reconnects;
    if (returning_ && vitals.silence == 0) {
        const auto gap = std::round((vitals.downtime - before.downtime) * 10) / 10;
        history_.add({.t = observation.at, .type = "reconnect", .detail = {{"gapSeconds", gap}}});
        returning_ = false;
    }
    const bool changed =
        std::ranges::any_of(observation.seconds, [](const auto& second) { return second->changes > 0; });
    if (changed) history_.add({.t = observation.at, .type = "settings_changed", .detail = {}});
}

}  // namespace tally::health
