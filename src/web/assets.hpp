// The browser pages' files, built from web/ and embedded in the binary.
#pragma once

#include "base/bytes.hpp"

#include <span>
#include <string_view>

namespace tally::web {

struct Asset {
    std::string_view path;  // "assets/player-BqX1kk9e.js": the name changes with the content
    std::string_view content_type;
    std::string_view digest;  // of the content, URL-safe
    ByteView bytes;
    ByteView gzip;  // empty where compressing does not pay
};

/// Lives as long as the program. Defined by the file that web/tools/embed.mjs generates.
std::span<const Asset> embedded_assets();

}  // namespace tally::web
