// Raises, escalates and clears the alerts of one stream by the table of rules.
#pragma once

#include "health/rule.hpp"

#include <vector>

namespace tally::health {

enum class ChangeKind : std::uint8_t { raised, escalated, updated, resolved };
BOOST_DESCRIBE_ENUM(ChangeKind, raised, escalated, updated, resolved)

struct AlertChange {
    ChangeKind kind = ChangeKind::raised;
    Alert alert;
};

/// One alert for each code at a time. One that comes back within ten minutes goes on under its id.
class AlertWatch {
public:
    /// Takes up what an earlier process left open.
    explicit AlertWatch(const std::vector<Alert>& open = {});

    /// Once a second.
    std::vector<AlertChange> evaluate(const Scene& scene);
    /// The stream is over, and with it all that was wrong.
    std::vector<AlertChange> end(Time now);

    /// What is not resolved, in the order of the table.
    std::vector<Alert> active() const;

private:
    struct State {
        const Rule* rule = nullptr;
        std::optional<Time> broken{};       // since when, without a break
        std::optional<Time> broken_more{};  // the same for the higher severity
        std::optional<Time> clear{};
        std::optional<Alert> alert{};  // kept for a while after it is resolved
        Time told{};                   // when its last change was given

        bool is_active() const { return alert && !alert->resolved; }
    };

    static void follow(State& state, const Sight& sight, Time now);
    static std::optional<ChangeKind> decide(State& state, const Sight& sight, Time now);
    static std::optional<ChangeKind> decide_active(
        State& state, const Reading& reading, bool worse, Time now
    );
    /// An alert that was resolved just now comes back as itself.
    static void open(State& state, Time now);
    static void describe(State& state, const Reading& reading, const Level& level, Time now);

    std::vector<State> states_;
};

}  // namespace tally::health
