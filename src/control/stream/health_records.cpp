#include "control/stream/health_records.hpp"

namespace tally::control {

std::string HealthDocument::status() const {
    const auto* status = document.if_contains("status");
    return status != nullptr && status->is_string() ? std::string(status->get_string()) : "unknown";
}

std::optional<HealthDocument> HealthRecords::document(const StreamId& stream) {
    return session_.find<HealthDocument>(
        "select * from stream_health where stream_id = :stream", {{"stream", stream}}
    );
}

std::vector<HealthMinute> HealthRecords::minutes(const StreamId& stream, Time from, Time to) {
    return session_.query<HealthMinute>(
        "select * from stream_minutes where stream_id = :stream and starts_at > :from and starts_at <= :to "
        "order by starts_at",
        {{"stream", stream}, {"from", from - std::chrono::minutes(1)}, {"to", to}}
    );
}

void HealthRecords::save(const HealthDocument& document) {
    session_.execute(
        "insert into stream_health (stream_id, document, updated_at) values (:stream, :document, :at) "
        "on conflict (stream_id) do update set document = excluded.document, updated_at = "
        "excluded.updated_at",
        {{"stream", document.stream_id}, {"document", document.document}, {"at", document.updated_at}}
    );
}

void HealthRecords::save(const HealthMinute& minute) {
    session_.execute(
        "insert into stream_minutes (stream_id, starts_at, step, points) values (:stream, :start, :step, "
        ":points) on conflict (stream_id, starts_at) do update set step = excluded.step, points = "
        "excluded.points",
        {{"stream", minute.stream_id},
         {"start", minute.starts_at},
         {"step", minute.step},
         {"points", minute.points}}
    );
}

}  // namespace tally::control
