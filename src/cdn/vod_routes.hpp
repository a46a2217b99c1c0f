// Recorded broadcasts for players and downloads.
#pragma once

#include "cdn/vod_access.hpp"
#include "http/router.hpp"

namespace tally::cdn {

/// GET /vod/{broadcast}/... and /downloads/{broadcast}.mp4, all of them views over the recorded bytes.
void add_vod_routes(http::Router& router, Vod vod);

}  // namespace tally::cdn
