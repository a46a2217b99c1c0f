#include "package/document.hpp"

#include "base/gzip.hpp"

#include <fmt/format.h>

namespace tally::package {
namespace {

/// FNV-1a, 64 bits: the tag changes with the content and survives a restart of the server.
std::uint64_t fingerprint(ByteView text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const auto byte : text)
        hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

}  // namespace

Document make_document(std::string_view text) {
    const auto view = bytes_of(text);
    return {
        .text = std::make_shared<const Bytes>(view.begin(), view.end()),
        .gzip = std::make_shared<const Bytes>(gzip(view, GzipEffort::normal)),
        .etag = fmt::format("\"{:016x}\"", fingerprint(view)),
    };
}

}  // namespace tally::package
