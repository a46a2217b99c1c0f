// What control needs of the health monitor: figures of the streams that run in this process.
#pragma once

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "control/columns.hpp"
#include "control/media_terms.hpp"

#include <boost/describe/class.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tally::control {

/// Made once a second, and shared by all who ask.
struct HealthReport {
    std::string status;    // "healthy"
    SharedBytes document;  // JSON
    std::string etag;      // quoted
};

/// A minute of a stream's figures, a row of `stream_minutes`. What `points` holds is the monitor's own.
struct HealthMinute {
    StreamId stream_id;
    Time starts_at;
    std::int64_t step = 1;  // seconds between two points
    std::string points;
};
BOOST_DESCRIBE_STRUCT(HealthMinute, (), (stream_id, starts_at, step, points))

struct StatsRequest {
    Time from;
    Time to;
    std::chrono::seconds interval{0};  // 0: the monitor chooses
    std::vector<std::string> metrics;  // empty: all
};

/// Called from any thread.
class HealthDirectory {
public:
    virtual ~HealthDirectory() = default;

    /// Null when the stream does not run in this process, or has only just begun.
    virtual std::shared_ptr<const HealthReport> report(const StreamId& stream) const = 0;
    /// The newest document of a stream that ended so lately that it is not in the store yet.
    virtual std::optional<json::object> last_document(const StreamId& stream) const = 0;
    /// The document of a stream of which nothing was ever measured.
    virtual json::object blank_document(const Quality& target) const = 0;
    /// `stored`: what the store has of the stretch, oldest first; what is in memory is newer.
    virtual json::object stats(
        const StreamId& stream, const StatsRequest& request, const std::vector<HealthMinute>& stored
    ) const = 0;
    /// What StatsRequest may ask for.
    virtual std::vector<std::string_view> metrics() const = 0;
};

}  // namespace tally::control
