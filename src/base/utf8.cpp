#include "base/utf8.hpp"

#include <cstddef>

namespace tally {
namespace {

/// Bytes of the character that begins with `lead`; 0 when none does.
std::size_t size_by_lead(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return 2;
    if (lead < 0xF0) return 3;
    return lead < 0xF5 ? 4 : 0;
}

/// The second byte rules out overlong forms, surrogates and what is beyond U+10FFFF (RFC 3629 section 4).
bool may_follow(unsigned char lead, unsigned char second) {
    unsigned least = 0x80;
    unsigned most = 0xBF;
    if (lead == 0xE0) least = 0xA0;
    if (lead == 0xED) most = 0x9F;
    if (lead == 0xF0) least = 0x90;
    if (lead == 0xF4) most = 0x8F;
    return second >= least && second <= most;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text[0]);
        const auto size = size_by_lead(lead);
        if (size == 0 || size > text.size()) return false;
        if (size > 1 && !may_follow(lead, static_cast<unsigned char>(text[1]))) return false;
        for (std::size_t i = 2; i < size; ++i)
            if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace tally
