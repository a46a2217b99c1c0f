#include "control/alert/alert_service.hpp"

#include "control/broadcast/broadcast_repository.hpp"
#include "control/stream/stream_repository.hpp"

namespace tally::control {

namespace {

std::unexpected<Problem> no_alert(const AlertId& id) {
    return control::not_found("alert", id.text());
}

/// `told` is news of `known`: what people decided stays.
Alert merged(const Alert& known, Alert told) {
    const bool goes_on = known.status == AlertStatus::acknowledged && told.status == AlertStatus::active;
    told.acknowledged_at = known.acknowledged_at;
    told.acknowledged_by = known.acknowledged_by;
    if (goes_on && told.severity <= known.severity) told.status = AlertStatus::acknowledged;
    return told;
}

void resolve(AlertRepository& repository, Alert alert, Time now) {
    alert.status = AlertStatus::resolved;
    alert.resolved_at = now;
    repository.update(alert, now);
}

}  // namespace

Async<> AlertService::record(std::vector<Alert> alerts) {
    co_await database_.transact([&alerts, now = clock_.now()](sql::Session& session) {
        AlertRepository repository(session);
        StreamRepository streams(session);
        for (const auto& alert : alerts) {
            if (const auto known = repository.find(alert.id))
                repository.update(merged(*known, alert), now);
            else if (streams.find(alert.stream_id))
                repository.insert(alert, now);
        }
        return true;
    });
}

Async<Outcome<Alert>> AlertService::get(AlertId id) {
    co_return co_await database_.read([id](sql::Session& session) -> Outcome<Alert> {
        auto found = AlertRepository(session).find(id);
        if (!found) return no_alert(id);
        return *std::move(found);
    });
}

Async<Page<Alert>> AlertService::list(AlertFilter filter, PageRequest page) {
    co_return co_await database_.read([=](sql::Session& session) {
        return AlertRepository(session).list(filter, page);
    });
}

Async<Outcome<BroadcastAlerts>> AlertService::of_broadcast(
    BroadcastId broadcast, AlertFilter filter, PageRequest page
) {
    filter.broadcast = broadcast;
    co_return co_await database_.read([=](sql::Session& session) -> Outcome<BroadcastAlerts> {
        if (!BroadcastRepository(session).find(broadcast))
            return control::not_found("broadcast", broadcast.text());
        AlertRepository repository(session);
        return BroadcastAlerts{repository.list(filter, page), repository.counts(broadcast, true)};
    });
}

Async<Outcome<Alert>> AlertService::acknowledge(AlertId id, std::optional<std::string> by) {
    co_return co_await database_.transact([this, id, by](sql::Session& session) -> Outcome<Alert> {
        AlertRepository repository(session);
        auto alert = repository.find(id);
        if (!alert) return no_alert(id);
        if (alert->status == AlertStatus::acknowledged) return *std::move(alert);
        if (alert->status == AlertStatus::resolved) {
            auto refusal = http::problem(
                409,
                "invalid_state_transition",
                fmt::format("Alert {} is resolved; it cannot be acknowledged.", id.text())
            );
            refusal.error().extra = {{"currentStatus", "resolved"}, {"allowedTransitions", json::array()}};
            return refusal;
        }
        alert->status = AlertStatus::acknowledged;
        alert->acknowledged_at = clock_.now();
        alert->acknowledged_by = by;
        repository.update(*alert, clock_.now());
        return *std::move(alert);
    });
}

Async<std::vector<Alert>> AlertService::recover() {
    co_return co_await database_.transact([now = clock_.now()](sql::Session& session) {
        AlertRepository repository(session);
        StreamRepository streams(session);
        std::vector<Alert> open;
        for (auto& alert : repository.open()) {
            const auto stream = streams.find(alert.stream_id);
            if (stream && !is_over(stream->status))
                open.push_back(std::move(alert));
            else
                resolve(repository, std::move(alert), now);
        }
        return open;
    });
}

Async<std::vector<StreamStanding>> AlertService::standings() {
    co_return co_await database_.read([](sql::Session& session) {
        return session.query<StreamStanding>(
            "select streams.id as stream_id, broadcasts.started_at as live_since, streams.first_media_at "
            "as first_media_at from streams join broadcasts on broadcasts.id = streams.broadcast_id where "
            "streams.status in ('starting', 'active', 'reconnecting', 'stopping')"
        );
    });
}

}  // namespace tally::control
