#include "health/alert_watch.hpp"

#include "base/id.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

namespace tally::health {
namespace {

using namespace std::chrono_literals;

constexpr auto returns_within = 10min;
/// How often an alert that goes on is told of: its last sight and its figure.
constexpr auto tell_again = 15s;

bool breaks(const Rule& rule, const Level& level, const Reading& reading) {
    if (reading.verdict) return *reading.verdict;
    const auto bound = level.bound * reading.scale;
    return rule.bad == Bad::above ? reading.value > bound : reading.value < bound;
}

bool clears(const Rule& rule, const Reading& reading) {
    if (reading.verdict) return !*reading.verdict;
    const auto value = reading.relief.value_or(reading.value);
    const auto bound = rule.clear * reading.scale;
    return rule.bad == Bad::above ? value <= bound : value >= bound;
}

void run(std::optional<Time>& since, bool goes_on, Time now) {
    if (!goes_on)
        since.reset();
    else if (!since)
        since = now;
}

bool held(const std::optional<Time>& since, std::chrono::seconds hold, Time now) {
    return since && now - *since >= hold;
}

std::string text(std::string_view format, const Reading& reading, const Level& level) {
    const double percent = 100 * reading.value / (reading.scale != 0 ? reading.scale : 1);
    return fmt::format(
        fmt::runtime(format),
        fmt::arg("value", reading.value),
        fmt::arg("bound", level.bound * reading.scale),
        fmt::arg("scale", reading.scale),
        fmt::arg("percent", percent),
        fmt::arg("drop", 100 - percent),
        fmt::arg("note", reading.note)
    );
}

Alert begin(const Rule& rule, Time now) {
    Alert alert;
    alert.id = "al_" + make_ulid(now);
    alert.code = rule.code;
    alert.first_seen = now;
    return alert;
}

}  // namespace

AlertWatch::AlertWatch(const std::vector<Alert>& open) {
    for (const auto& rule : rules()) {
        State state{.rule = &rule};
        for (const auto& alert : open)
            if (alert.code == rule.code) state.alert = alert;
        states_.push_back(std::move(state));
    }
}

std::vector<AlertChange> AlertWatch::evaluate(const Scene& scene) {
    std::vector<AlertChange> changes;
    const auto now = scene.now.at;
    for (auto& state : states_) {
        const auto sight = state.rule->read(scene);
        follow(state, sight, now);
        const auto change = decide(state, sight, now);
        if (!change) continue;
        state.told = now;
        changes.push_back({*change, *state.alert});
    }
    return changes;
}

/// Without a sight neither trouble nor peace goes on.
void AlertWatch::follow(State& state, const Sight& sight, Time now) {
    const auto& rule = *state.rule;
    const bool counts = sight && !sight->few;
    run(state.broken, counts && breaks(rule, rule.raise, *sight), now);
    run(state.broken_more, counts && rule.escalate && breaks(rule, *rule.escalate, *sight), now);
    run(state.clear, sight && clears(rule, *sight), now);
}

std::optional<ChangeKind> AlertWatch::decide(State& state, const Sight& sight, Time now) {
    if (!sight) return std::nullopt;
    const auto& rule = *state.rule;
    const bool worse = rule.escalate && held(state.broken_more, rule.escalate->hold, now);
    if (state.is_active()) return decide_active(state, *sight, worse, now);
    if (!worse && !held(state.broken, rule.raise.hold, now)) return std::nullopt;
    open(state, now);
    describe(state, *sight, worse ? *rule.escalate : rule.raise, now);
    return ChangeKind::raised;
}

void AlertWatch::open(State& state, Time now) {
    const bool returns = state.alert && now - *state.alert->resolved < returns_within;
    if (!returns) {
        state.alert = begin(*state.rule, now);
        return;
    }
    ++state.alert->occurrences;
    state.alert->resolved.reset();
}

std::optional<ChangeKind> AlertWatch::decide_active(
    State& state, const Reading& reading, bool worse, Time now
) {
    const auto& rule = *state.rule;
    if (held(state.clear, rule.clear_hold, now)) {
        state.alert->resolved = now;
        return ChangeKind::resolved;
    }
    if (!state.broken) return std::nullopt;
    const bool escalates = worse && state.alert->severity < rule.escalate->severity;
    const bool stays_worse = rule.escalate && state.alert->severity == rule.escalate->severity;
    describe(state, reading, escalates || stays_worse ? *rule.escalate : rule.raise, now);
    if (escalates) return ChangeKind::escalated;
    return now - state.told >= tell_again ? std::optional(ChangeKind::updated) : std::nullopt;
}

void AlertWatch::describe(State& state, const Reading& reading, const Level& level, Time now) {
    const auto& rule = *state.rule;
    auto& alert = *state.alert;
    alert.category = rule.category;
    alert.severity = level.severity;
    alert.title = rule.title;
    alert.message = text(rule.message, reading, level);
    alert.remedy = text(rule.remedy, reading, level);
    alert.evidence = {
        .metric = std::string(rule.metric),
        .value = reading.value,
        .unit = std::string(rule.unit),
        .threshold = level.bound * reading.scale,
        .window_seconds = rule.window.count(),
    };
    alert.last_seen = now;
}

std::vector<AlertChange> AlertWatch::end(Time now) {
    std::vector<AlertChange> changes;
    for (auto& state : states_) {
        if (!state.is_active()) continue;
        state.alert->resolved = now;
        changes.push_back({ChangeKind::resolved, *state.alert});
    }
    return changes;
}

std::vector<Alert> AlertWatch::active() const {
    std::vector<Alert> found;
    for (const auto& state : states_)
        if (state.is_active()) found.push_back(*state.alert);
    return found;
}

}  // namespace tally::health
