#include "transcode/printable.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace tally::transcode {
namespace {

/// C0, DEL and C1.
bool is_control(std::string_view character) {
    const auto last = static_cast<unsigned char>(character.back());
    if (character.size() == 2) return character[0] == '\xC2' && last < 0xA0;
    return character.size() == 1 && (last < 0x20 || last == 0x7F);
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    for (; !text.empty() && limit > 0; --limit) {
        const std::size_t size = utf8_size(text);
        const auto character = text.substr(0, std::max<std::size_t>(size, 1));
        if (size == 0)
            out += "\uFFFD";
        else if (is_control(character))
            out += ' ';
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

}  // namespace tally::transcode
