// A snapshot as the API shows it.
#pragma once

#include "analytics/session/snapshot.hpp"

#include <boost/json/object.hpp>

namespace tally::analytics {

/// `window`: how far back the series goes.
boost::json::object realtime_document(const Snapshot& snapshot, std::chrono::seconds window, Time now);

/// Of a broadcast without an audience: zeros.
boost::json::object no_audience_document(const BroadcastId& broadcast, bool over, Time now);

/// A count for the public: exact below 100, then two leading digits.
std::int64_t public_count(std::int64_t viewers);

}  // namespace tally::analytics
