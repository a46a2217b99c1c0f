#include "control/alert/alert_repository.hpp"

#include "control/event/changes.hpp"

namespace tally::control {

namespace {

struct Counted {
    Severity severity = Severity::info;
};
BOOST_DESCRIBE_STRUCT(Counted, (), (severity))

Selection select(const AlertFilter& filter) {
    Selection selection("alerts", "first_seen_at");
    if (filter.status == AlertSelection::active) selection.where("resolved_at is null", {});
    if (filter.status == AlertSelection::resolved) selection.where("resolved_at is not null", {});
    if (filter.status == AlertSelection::acknowledged) selection.where("status = 'acknowledged'", {});
    if (filter.broadcast) selection.where("broadcast_id = :broadcast", {{"broadcast", *filter.broadcast}});
    if (filter.channel) selection.where("channel_id = :channel", {{"channel", *filter.channel}});
    if (filter.severity) selection.where("severity = :severity", {{"severity", *filter.severity}});
    if (filter.code) selection.where("code = :code", {{"code", *filter.code}});
    if (filter.from) selection.where("first_seen_at >= :from", {{"from", *filter.from}});
    if (filter.to) selection.where("first_seen_at < :to", {{"to", *filter.to}});
    return selection;
}

}  // namespace

std::optional<Alert> AlertRepository::find(const AlertId& id) {
    return session_.find<Alert>("select * from alerts where id = :id", {{"id", id}});
}

Page<Alert> AlertRepository::list(const AlertFilter& filter, const PageRequest& request) {
    return select(filter).page<Alert>(session_, request, [](const Alert& each) {
        return each.first_seen_at;
    });
}

std::vector<Alert> AlertRepository::open() {
    return session_.query<Alert>("select * from alerts where resolved_at is null");
}

/// Counted here: an expression's column has no type of its own on SQLite.
AlertCounts AlertRepository::counts(const BroadcastId& broadcast, bool only_open) {
    const std::string open = only_open ? " and resolved_at is null" : "";
    AlertCounts counts;
    for (const auto& row : session_.query<Counted>(
             "select severity from alerts where broadcast_id = :id" + open, {{"id", broadcast}}
         )) {
        if (row.severity == Severity::info) ++counts.info;
        if (row.severity == Severity::warning) ++counts.warning;
        if (row.severity == Severity::critical) ++counts.critical;
    }
    return counts;
}

void AlertRepository::insert(const Alert& alert, Time now) {
    session_.insert("alerts", alert);
    tell_created(session_, alert, now);
}

void AlertRepository::update(const Alert& alert, Time now) {
    const auto before = find(alert.id);
    session_.update("alerts", alert);
    if (before) tell_changed(session_, *before, alert, now);
}

}  // namespace tally::control
