// Serves what is built from web/ and docs/openapi: the watch page, the API documents, and the files that
// pages load.
#pragma once

#include "http/router.hpp"
#include "web/assets.hpp"

#include <map>
#include <memory>
#include <span>
#include <string>

namespace tally::web {

/// Routes added keep what they need: the site itself may be gone before them.
class Site {
public:
    /// The assets are copied.
    explicit Site(std::span<const Asset> assets = embedded_assets());

    /// /watch/{channel} and /watch/vod/{broadcast}.
    void add_watch_pages(http::Router& router) const;
    /// /openapi.json with the document of `service` ("tally": all services), and /docs to read it.
    void add_reference(http::Router& router, std::string_view service) const;
    /// /assets/{file}: what the pages load.
    void add_assets(http::Router& router) const;

private:
    struct File;
    using Files = std::map<std::string, File, std::less<>>;

    void add(http::Router& router, std::string_view path, const std::string& file) const;

    std::shared_ptr<const Files> files_;
};

}  // namespace tally::web
