// The recording of a broadcast as the API tells of it.
#pragma once

#include "cdn/vod_access.hpp"
#include "http/public_urls.hpp"
#include "http/router.hpp"

namespace tally::cdn {

/// GET /api/recordings/{broadcast} (API A22).
void add_recording_routes(http::Router& router, Vod vod, http::PublicUrls urls);

}  // namespace tally::cdn
