#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace tally {
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

}  // namespace

std::size_t utf8_size(std::string_view text) {
    const auto* const row = std::ranges::find_if(sequences, [&](const Sequence& sequence) {
        return within(text[0], sequence.first_low, sequence.first_high);
    });
    if (row == sequences.end() || text.size() < row->size) return 0;
    if (row->size == 1) return 1;
    if (!within(text[1], row->second_low, row->second_high)) return 0;
    const auto rest = text.substr(2, row->size - 2);
    return std::ranges::all_of(rest, [](char byte) { return within(byte, 0x80, 0xBF); }) ? row->size : 0;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto size = utf8_size(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace tally
