#include "package/document.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <new>
#include <utility>

namespace tally::package {
namespace {

Bytes gzip(ByteView text) {
    constexpr int gzip_window = 15 + 16;  // zlib.h: add 16 for a gzip header
    constexpr int memory_level = 8;
    z_stream stream{};
    if (deflateInit2(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY
        ) != Z_OK)
        throw std::bad_alloc();
    Bytes bytes(deflateBound(&stream, text.size()));
    stream.next_in = const_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes.data();
    stream.avail_out = static_cast<uInt>(bytes.size());
    deflate(&stream, Z_FINISH);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

/// FNV-1a, 64 bits: the tag changes with the content and survives a restart of the server.
std::uint64_t fingerprint(ByteView text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const auto byte : text)
        hash = (hash ^ byte) * 0x100000001b3;
    return hash;
}

}  // namespace

Document make_document(std::string text) {
    const auto view = bytes_of(text);
    return {
        .text = std::make_shared<const Bytes>(view.begin(), view.end()),
        .gzip = std::make_shared<const Bytes>(gzip(view)),
        .etag = fmt::format("\"{:016x}\"", fingerprint(view)),
    };
}

}  // namespace tally::package
