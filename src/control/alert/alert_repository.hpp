// Alerts in the store.
#pragma once

#include "control/alert/alert.hpp"
#include "control/page.hpp"

namespace tally::control {

/// "active" is what is not resolved: acknowledged alerts go on.
enum class AlertSelection : std::uint8_t { active, acknowledged, resolved, all };
BOOST_DESCRIBE_ENUM(AlertSelection, active, acknowledged, resolved, all)

struct AlertFilter {
    AlertSelection status = AlertSelection::all;
    std::optional<BroadcastId> broadcast{};
    std::optional<ChannelId> channel{};
    std::optional<Severity> severity{};
    std::optional<std::string> code{};
    std::optional<Time> from{};  // first seen at or after
    std::optional<Time> to{};    // first seen before
};

class AlertRepository {
public:
    explicit AlertRepository(sql::Session& session) : session_(session) {}

    std::optional<Alert> find(const AlertId& id);
    Page<Alert> list(const AlertFilter& filter, const PageRequest& request);
    /// Of all streams that run, and of those that no longer do.
    std::vector<Alert> open();
    /// Of one broadcast, by severity.
    AlertCounts counts(const BroadcastId& broadcast, bool only_open);

    void insert(const Alert& alert, Time now);
    void update(const Alert& alert, Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
