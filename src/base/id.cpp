#include "base/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace tally {
namespace {

void fill_random(void* into, std::size_t size) {
    // Requests of up to 256 bytes are never cut short once the generator is seeded (getrandom(2)).
    if (getrandom(into, size, 0) != static_cast<ssize_t>(size)) std::abort();
}

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool is_alphanumeric(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

}  // namespace

std::string make_ulid(Time now) {
    std::array<std::uint8_t, 16> random{};
    fill_random(random.data(), random.size());
    std::string text(26, '0');
    auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
    for (int i = 9; i >= 0; --i, milliseconds >>= 5)
        text[i] = crockford[milliseconds & 31];
    for (std::size_t i = 0; i < random.size(); ++i)
        text[10 + i] = crockford[random[i] & 31];
    return text;
}

std::string random_token(std::size_t size) {
    std::vector<std::uint8_t> random(size);
    fill_random(random.data(), random.size());
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const auto byte : random) {
        bits = bits << 8 | byte;
        for (count += 8; count >= 6; count -= 6)
            text += base64url[bits >> (count - 6) & 63];
    }
    if (count > 0) text += base64url[bits << (6 - count) & 63];
    return text;
}

bool is_identifier(std::string_view text) {
    if (text.empty() || text.size() > 64 || !is_alphanumeric(text.front())) return false;
    return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-'; });
}

}  // namespace tally
