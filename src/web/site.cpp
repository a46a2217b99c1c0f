#include "web/site.hpp"

#include "http/accept_encoding.hpp"
#include "http/problem.hpp"

#include <fmt/format.h>

namespace tally::web {
namespace {

constexpr std::string_view asset_directory = "assets/";

// Names under assets/ change with their content; the others' do not.
constexpr std::string_view immutable = "public, max-age=31536000, immutable";
constexpr std::string_view revalidate = "no-cache";

// Nothing from elsewhere, ever. hls.js makes its worker and its media from blobs; RapiDoc styles its elements
// one by one.
constexpr std::string_view content_policy =
    "default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; img-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'";

SharedBytes shared(ByteView bytes) {
    return bytes.empty() ? nullptr : std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

}  // namespace

struct Site::File {
    std::string_view cache_control;
    std::string content_type;
    std::string digest;
    SharedBytes bytes;
    SharedBytes gzip;  // null where there is none

    http::Response respond(const http::Request& request) const {
        const bool packed = gzip && http::accepts_gzip(request.header("Accept-Encoding"));
        http::Response response;
        response.headers.add("ETag", fmt::format("\"{}{}\"", digest, packed ? "-gz" : ""));
        response.headers.add("Cache-Control", cache_control);
        response.headers.add("Vary", "Accept-Encoding");
        response.headers.add("Content-Type", content_type);
        response.headers.add("Content-Security-Policy", content_policy);
        response.headers.add("X-Content-Type-Options", "nosniff");
        if (packed) response.headers.add("Content-Encoding", "gzip");
        response.body = packed ? gzip : bytes;
        return response;
    }
};

Site::Site(std::span<const Asset> assets) {
    auto files = std::make_shared<Files>();
    for (const Asset& asset : assets) {
        const bool is_versioned = asset.path.starts_with(asset_directory);
        files->emplace(
            asset.path,
            File{
                .cache_control = is_versioned ? immutable : revalidate,
                .content_type = std::string(asset.content_type),
                .digest = std::string(asset.digest),
                .bytes = std::make_shared<const Bytes>(asset.bytes.begin(), asset.bytes.end()),
                .gzip = shared(asset.gzip),
            }
        );
    }
    files_ = std::move(files);
}

/// A file that is not there is a build without it: its page is left out.
void Site::add(http::Router& router, std::string_view path, const std::string& file) const {
    const auto found = files_->find(file);
    if (found == files_->end()) return;
    router.add(
        http::Method::get,
        path,
        [files = files_, &page = found->second](const http::Request& request) -> Async<http::Response> {
            co_return page.respond(request);
        }
    );
}

void Site::add_watch_pages(http::Router& router) const {
    add(router, "/watch/{channel}", "player/index.html");
    add(router, "/watch/vod/{broadcast}", "player/index.html");
}

void Site::add_reference(http::Router& router, std::string_view service) const {
    add(router, "/openapi.json", fmt::format("openapi/{}.json", service));
    add(router, "/docs", "reference/index.html");
}

void Site::add_assets(http::Router& router) const {
    router.add(
        http::Method::get,
        "/assets/{file}",
        [files = files_](const http::Request& request) -> Async<http::Response> {
            const auto found =
                files->find(std::string(asset_directory) + std::string(request.parameter("file")));
            if (found != files->end()) co_return found->second.respond(request);
            co_return to_response(http::problem(404, "not_found", "There is no such file.").error(), request);
        }
    );
}

}  // namespace tally::web
