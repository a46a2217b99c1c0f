#include "control/stream/health_service.hpp"

#include "control/event/changes.hpp"
#include "control/stream/stream_repository.hpp"
#include "control/webhook/webhook_repository.hpp"

#include <algorithm>

namespace tally::control {

namespace {

using namespace std::chrono_literals;

/// A stream that is over tells of its end alone.
void tell_status(sql::Session& session, const HealthDocument& document) {
    const auto last = HealthRecords(session).document(document.stream_id);
    const auto before = last ? last->status() : "unknown";
    const auto after = document.status();
    if (before == after) return;
    const auto stream = StreamRepository(session).find(document.stream_id);
    if (stream && !is_over(stream->status)) tell_health(session, *stream, before, after, document.updated_at);
}

}  // namespace

Async<Outcome<json::object>> HealthService::past(StreamId id) {
    co_return co_await database_.read([this, id](sql::Session& session) -> Outcome<json::object> {
        const auto stream = StreamRepository(session).find(id);
        if (!stream) return control::not_found("stream", id.text());
        auto document = directory_.last_document(id);
        if (!document) {
            const auto stored = HealthRecords(session).document(id);
            document = stored ? stored->document : directory_.blank_document(stream->quality);
        }
        (*document)["streamId"] = id.text();
        (*document)["status"] = is_over(stream->status) ? "ended" : "unknown";
        return *std::move(document);
    });
}

Async<Outcome<json::object>> HealthService::stats(StreamId id, StatsQuery query) {
    co_return co_await database_.read([this, id, query](sql::Session& session) -> Outcome<json::object> {
        const auto stream = StreamRepository(session).find(id);
        if (!stream) return control::not_found("stream", id.text());
        const auto end = stream->ended_at.value_or(clock_.now());
        const auto to = std::max(std::min(query.to.value_or(end), end), stream->started_at);
        const auto from = std::min(std::max(query.from.value_or(to - query.window), stream->started_at), to);
        const StatsRequest request{from, to, query.interval, query.metrics};
        auto document = directory_.stats(id, request, HealthRecords(session).minutes(id, from, to));
        document["streamId"] = id.text();
        return document;
    });
}

Async<> HealthService::save(std::vector<HealthDocument> documents, std::vector<HealthMinute> minutes) {
    co_await database_.transact([&](sql::Session& session) {
        HealthRecords records(session);
        for (const auto& document : documents) {
            tell_status(session, document);
            records.save(document);
        }
        for (const auto& minute : minutes)
            records.save(minute);
        return true;
    });
}

Async<> HealthService::beat() {
    const bool wanted = co_await database_.read([](sql::Session& session) {
        return std::ranges::any_of(WebhookRepository(session).enabled(), [](const Webhook& webhook) {
            return std::ranges::find(webhook.events, heartbeat) != webhook.events.end();
        });
    });
    if (!wanted) co_return;
    co_await database_.transact([now = clock_.now()](sql::Session& session) {
        for (const auto& stream : StreamRepository(session).running())
            tell_heartbeat(session, stream, now);
        return true;
    });
}

}  // namespace tally::control
