// An alert: something that is wrong with a stream, kept with its broadcast.
#pragma once

#include "control/columns.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace tally::control {

struct AlertKind {
    static constexpr std::string_view prefix = "al";
};

using AlertId = Id<AlertKind>;

enum class Severity : std::uint8_t { info, warning, critical };
BOOST_DESCRIBE_ENUM(Severity, info, warning, critical)

enum class AlertStatus : std::uint8_t { active, acknowledged, resolved };
BOOST_DESCRIBE_ENUM(AlertStatus, active, acknowledged, resolved)

/// A row of `alerts`.
struct Alert {
    AlertId id;
    BroadcastId broadcast_id;
    ChannelId channel_id;
    StreamId stream_id;
    std::string code;
    std::string category;
    Severity severity = Severity::info;
    AlertStatus status = AlertStatus::active;
    std::string title;
    std::string message;
    std::string remedy;
    json::object evidence;  // metric, value, unit, threshold, windowSeconds
    Time first_seen_at;
    Time last_seen_at;
    std::optional<Time> resolved_at;
    std::int64_t occurrences = 1;
    std::optional<Time> acknowledged_at;
    std::optional<std::string> acknowledged_by;  // the API key's id
};
BOOST_DESCRIBE_STRUCT(
    Alert,
    (),
    (id,
     broadcast_id,
     channel_id,
     stream_id,
     code,
     category,
     severity,
     status,
     title,
     message,
     remedy,
     evidence,
     first_seen_at,
     last_seen_at,
     resolved_at,
     occurrences,
     acknowledged_at,
     acknowledged_by)
)

struct AlertCounts {
    std::int64_t info = 0;
    std::int64_t warning = 0;
    std::int64_t critical = 0;

    std::int64_t all() const { return info + warning + critical; }
};
BOOST_DESCRIBE_STRUCT(AlertCounts, (), (info, warning, critical))

}  // namespace tally::control
