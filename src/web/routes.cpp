#include "web/routes.hpp"

#include "http/accept_encoding.hpp"
#include "http/problem.hpp"

#include <fmt/format.h>

#include <map>

namespace tally::web {
namespace {

constexpr std::string_view asset_directory = "assets/";
constexpr std::string_view watch_page = "player/index.html";

// Names under assets/ change with their content; a page's does not.
constexpr std::string_view immutable = "public, max-age=31536000, immutable";
constexpr std::string_view revalidate = "no-cache";

// Nothing from elsewhere, ever. hls.js makes its worker and its media from blobs.
constexpr std::string_view content_policy =
    "default-src 'self'; media-src 'self' blob:; worker-src 'self' blob:; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'";

struct File {
    std::string_view cache_control;
    std::string content_type;
    std::string digest;
    SharedBytes bytes;
    SharedBytes gzip;  // null where there is none
};

using FilePtr = std::shared_ptr<const File>;

SharedBytes shared(ByteView bytes) {
    return bytes.empty() ? nullptr : std::make_shared<const Bytes>(bytes.begin(), bytes.end());
}

FilePtr load(const Asset& asset, std::string_view cache_control) {
    return std::make_shared<const File>(File{
        .cache_control = cache_control,
        .content_type = std::string(asset.content_type),
        .digest = std::string(asset.digest),
        .bytes = std::make_shared<const Bytes>(asset.bytes.begin(), asset.bytes.end()),
        .gzip = shared(asset.gzip),
    });
}

http::Response respond(const File& file, const http::Request& request) {
    const bool gzip = file.gzip && http::accepts_gzip(request.header("Accept-Encoding"));
    http::Response response;
    response.headers.add("ETag", fmt::format("\"{}{}\"", file.digest, gzip ? "-gz" : ""));
    response.headers.add("Cache-Control", file.cache_control);
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add("Content-Type", file.content_type);
    response.headers.add("Content-Security-Policy", content_policy);
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (gzip) response.headers.add("Content-Encoding", "gzip");
    response.body = gzip ? file.gzip : file.bytes;
    return response;
}

http::Handler serve(FilePtr file) {
    return [file = std::move(file)](const http::Request& request) -> Async<http::Response> {
        co_return respond(*file, request);
    };
}

http::Handler serve_by_name(std::map<std::string, FilePtr, std::less<>> files) {
    return [files = std::move(files)](const http::Request& request) -> Async<http::Response> {
        const auto found = files.find(request.parameter("file"));
        if (found != files.end()) co_return respond(*found->second, request);
        co_return to_response(http::problem(404, "not_found", "There is no such file.").error(), request);
    };
}

}  // namespace

void add_web_routes(http::Router& router, std::span<const Asset> assets) {
    std::map<std::string, FilePtr, std::less<>> files;
    for (const Asset& asset : assets) {
        if (asset.path == watch_page) {
            const auto page = load(asset, revalidate);
            router.add(http::Method::get, "/watch/{channel}", serve(page));
            router.add(http::Method::get, "/watch/vod/{broadcast}", serve(page));
        } else if (asset.path.starts_with(asset_directory)) {
            files.emplace(asset.path.substr(asset_directory.size()), load(asset, immutable));
        }
    }
    router.add(http::Method::get, "/assets/{file}", serve_by_name(std::move(files)));
}

}  // namespace tally::web
