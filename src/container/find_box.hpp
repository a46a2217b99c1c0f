// Looks into files that the tests have written.
#pragma once

#include "base/bytes.hpp"

#include <string_view>

namespace tally::container::mp4 {

/// The body of the first box at `path`, "moov/trak/tkhd"; empty when there is none. The path leads through
/// boxes that hold nothing but boxes.
inline ByteView find_box(ByteView boxes, std::string_view path) {
    const auto type = path.substr(0, 4);
    ByteReader reader(boxes);
    while (reader.remaining() >= 8) {
        const auto size = reader.u32();
        const bool found = text_of(reader.take(4)) == type;
        const auto body = reader.take(size - 8);
        if (found) return path.size() > 4 ? find_box(body, path.substr(5)) : body;
    }
    return {};
}

/// The boxes from the second trak of a moov on.
inline ByteView second_track(ByteView moov) {
    const auto first = find_box(moov, "trak");
    return moov.subspan(static_cast<std::size_t>(first.data() + first.size() - moov.data()));
}

}  // namespace tally::container::mp4
