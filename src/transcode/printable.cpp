#include "transcode/printable.hpp"

#include <algorithm>
#include <array>

namespace tally::transcode {
namespace {

/// A row of RFC 3629 4: which second bytes may follow these first bytes, and how many bytes there are in all.
struct Sequence {
    unsigned char first_low, first_high;
    unsigned char second_low, second_high;
    std::size_t size;
};

constexpr std::array<Sequence, 9> sequences{{
    {0x00, 0x7F, 0x00, 0x00, 1},
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
}};

bool within(char byte, unsigned char low, unsigned char high) {
    const auto value = static_cast<unsigned char>(byte);
    return value >= low && value <= high;
}

/// Bytes of the well-formed character that `text` starts with; 0 when it starts with none.
std::size_t character_size(std::string_view text) {
    const auto* const row = std::ranges::find_if(sequences, [&](const Sequence& sequence) {
        return within(text[0], sequence.first_low, sequence.first_high);
    });
    if (row == sequences.end() || text.size() < row->size) return 0;
    if (row->size == 1) return 1;
    if (!within(text[1], row->second_low, row->second_high)) return 0;
    const auto rest = text.substr(2, row->size - 2);
    return std::ranges::all_of(rest, [](char byte) { return within(byte, 0x80, 0xBF); }) ? row->size : 0;
}

/// C0, DEL and C1.
bool is_control(std::string_view character) {
    if (character.size() == 2) return character[0] == '\xC2' && within(character[1], 0x80, 0x9F);
    return within(character[0], 0x00, 0x1F) || character[0] == 0x7F;
}

}  // namespace

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    for (; !text.empty() && limit > 0; --limit) {
        const std::size_t size = character_size(text);
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
