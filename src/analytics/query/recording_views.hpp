// The audience of a broadcast's recording, as the summary shows it.
#pragma once

#include "analytics/fact_reader.hpp"

#include <boost/json/object.hpp>

namespace tally::analytics {

/// {"views", "uniqueViewers", "watchTimeSeconds", "averageWatchTime"} of those who watched it until now: all
/// zero when nobody did.
boost::json::object recording_views(FactReader& reader, const BroadcastId& broadcast);

}  // namespace tally::analytics
