#include "http/gzip.hpp"

#include "http/ascii.hpp"

#include <zlib.h>

#include <stdexcept>

namespace tally::http {

std::string gzip(std::string_view text) {
    constexpr int gzip_window = 15 + 16;  // zlib: 16 adds the gzip header
    constexpr int default_memory = 8;
    z_stream stream{};
    // The fastest level: this runs on a network thread, and JSON shrinks well at any.
    if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, default_memory, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw std::bad_alloc();
    std::string compressed(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    deflate(&stream, Z_FINISH);
    compressed.resize(stream.total_out);
    deflateEnd(&stream);
    return compressed;
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        auto item = take_item(accept_encoding, ',');
        const auto coding = take_item(item, ';');
        // The weight is "q=0" with up to three zeros behind a point, when it refuses.
        const bool refused = item.find_first_not_of("qQ=0. \t") == item.npos && item.contains('0');
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
}

}  // namespace tally::http
