// Health documents and figures in the store: they outlive the stream and the process.
#pragma once

#include "control/stream/health_directory.hpp"
#include "sql/session.hpp"

namespace tally::control {

/// A row of `stream_health`.
struct HealthDocument {
    StreamId stream_id;
    json::object document;
    Time updated_at;

    /// "healthy", "degraded", "critical" or "unknown".
    std::string status() const;
};
BOOST_DESCRIBE_STRUCT(HealthDocument, (), (stream_id, document, updated_at))

class HealthRecords {
public:
    explicit HealthRecords(sql::Session& session) : session_(session) {}

    std::optional<HealthDocument> document(const StreamId& stream);
    /// Oldest first. Minutes that touch the stretch.
    std::vector<HealthMinute> minutes(const StreamId& stream, Time from, Time to);

    /// In place of what there is.
    void save(const HealthDocument& document);
    void save(const HealthMinute& minute);

private:
    sql::Session& session_;
};

}  // namespace tally::control
