// Serves the browser pages: the watch page and the files it loads.
#pragma once

#include "http/router.hpp"
#include "web/assets.hpp"

#include <span>

namespace tally::web {

/// Adds /watch/{channel}, /watch/vod/{broadcast} and /assets/{file}. The assets are copied.
void add_web_routes(http::Router& router, std::span<const Asset> assets = embedded_assets());

}  // namespace tally::web
