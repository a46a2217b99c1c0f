#include "base/gzip.hpp"

#define ZLIB_CONST
#include <zlib.h>

#include <new>

namespace tally {

Bytes gzip(ByteView text, GzipEffort effort) {
    constexpr int gzip_window = 15 + 16;  // zlib.h: 16 more for a gzip header
    constexpr int memory_level = 8;
    const auto level = static_cast<int>(effort);
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::bad_alloc();
    Bytes bytes(deflateBound(&stream, text.size()));
    stream.next_in = text.data();
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes.data();
    stream.avail_out = static_cast<uInt>(bytes.size());
    deflate(&stream, Z_FINISH);
    bytes.resize(stream.total_out);
    deflateEnd(&stream);
    return bytes;
}

}  // namespace tally
