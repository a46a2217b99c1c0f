// The recording of a broadcast as the API tells of it.
#pragma once

#include "cdn/recording_document.hpp"
#include "cdn/vod_access.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::cdn {

/// The recording of any known broadcast, as GET answers it.
Async<http::Outcome<RecordingDocument>> describe_recording(
    Vod vod, const BroadcastFacts& facts, const http::PublicUrls& urls
);

/// GET /api/recordings/{broadcast} (API A22).
void add_recording_routes(http::Router& router, Vod vod, http::PublicUrls urls);

}  // namespace tally::cdn
