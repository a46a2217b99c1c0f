// Session keys are SipHash-2-4 (Aumasson and Bernstein, 2012): keyed, and fast enough for every request.
// Viewer keys are HMAC-SHA-256. A token is "sid.expiry.age.gender.language.signature".
#include "analytics/keys.hpp"

#include "base/bytes.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <bit>
#include <charconv>
#include <cstring>

namespace tally::analytics {
namespace {

constexpr std::size_t signature_digits = 32;  // 128 bits

using Digest = std::array<unsigned char, 32>;

Digest hmac_sha256(std::string_view key, std::string_view text) {
    Digest digest{};
    HMAC(
        EVP_sha256(),
        key.data(),
        static_cast<int>(key.size()),
        bytes_of(text).data(),
        text.size(),
        digest.data(),
        nullptr
    );
    return digest;
}

std::uint64_t word(const unsigned char* bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

class SipState {
public:
    explicit SipState(const std::array<std::uint64_t, 2>& key)
        : v0_(key[0] ^ 0x736f6d6570736575),
          v1_(key[1] ^ 0x646f72616e646f6d),
          v2_(key[0] ^ 0x6c7967656e657261),
          v3_(key[1] ^ 0x7465646279746573) {}

    void absorb(std::uint64_t block) {
        v3_ ^= block;
        rounds(2);
        v0_ ^= block;
    }

    std::uint64_t finish() {
        v2_ ^= 0xff;
        rounds(4);
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

private:
    void rounds(int count) {
        for (; count > 0; --count) {
            v0_ += v1_;
            v2_ += v3_;
            v1_ = std::rotl(v1_, 13) ^ v0_;
            v3_ = std::rotl(v3_, 16) ^ v2_;
            v0_ = std::rotl(v0_, 32);
            v2_ += v1_;
            v0_ += v3_;
            v1_ = std::rotl(v1_, 17) ^ v2_;
            v3_ = std::rotl(v3_, 21) ^ v0_;
            v2_ = std::rotl(v2_, 32);
        }
    }

    std::uint64_t v0_, v1_, v2_, v3_;
};

/// Never 0, which is no key.
std::uint64_t or_one(std::uint64_t key) {
    return key == 0 ? 1 : key;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const auto letter : bytes) {
        const auto byte = static_cast<unsigned char>(letter);
        text += digits[byte >> 4];
        text += digits[byte & 0xf];
    }
    return text;
}

/// Claims come from a signed token, but are printed into another: only letters, digits, '-' and '_' go in.
bool is_plain(std::string_view text) {
    return text.size() <= 32 && std::ranges::all_of(text, [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '_' || letter == '+';
           });
}

/// Cuts the text before the next '.' off `rest`.
std::string_view take_field(std::string_view& rest) {
    const auto end = std::min(rest.find('.'), rest.size());
    const auto field = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return field;
}

}  // namespace

Keys::Keys(std::string_view secret) : secret_(secret) {
    const auto digest = hmac_sha256(secret, "session keys");
    hash_key_ = {word(digest.data()), word(digest.data() + 8)};
}

std::uint64_t Keys::hash(std::uint64_t domain, std::string_view text) const {
    SipState state({hash_key_[0] ^ domain, hash_key_[1]});
    const auto size = text.size();
    std::uint64_t block = 0;
    while (text.size() >= sizeof block) {
        std::memcpy(&block, text.data(), sizeof block);
        state.absorb(block);
        text.remove_prefix(sizeof block);
    }
    block = 0;
    if (!text.empty()) std::memcpy(&block, text.data(), text.size());
    state.absorb(block | size << 56);
    return or_one(state.finish());
}

SessionKey Keys::session(std::string_view sid) const {
    return hash(1, sid);
}

SessionKey Keys::fallback_session(
    std::string_view network, std::string_view user_agent, std::string_view channel, Time now
) const {
    const auto day =
        static_cast<std::uint64_t>(std::chrono::floor<std::chrono::days>(now).time_since_epoch().count());
    return hash(2 + (day << 8), fmt::format("{}\n{}\n{}", network, user_agent, channel));
}

ViewerKey Keys::viewer(std::string_view id) const {
    return or_one(word(hmac_sha256(secret_, id).data()));
}

std::string BeaconTokens::signature(std::string_view broadcast, std::string_view payload) const {
    const auto digest = hmac_sha256(secret_, fmt::format("beacon\n{}\n{}", broadcast, payload));
    return hex({reinterpret_cast<const char*>(digest.data()), signature_digits / 2});
}

std::string BeaconTokens::issue(const BroadcastId& broadcast, const BeaconGrant& grant) const {
    const auto claim = [](const std::string& text) { return is_plain(text) ? text : std::string(); };
    const auto payload = fmt::format(
        "{}.{:x}.{}.{}.{}",
        grant.sid,
        std::chrono::duration_cast<std::chrono::seconds>(grant.expires.time_since_epoch()).count(),
        claim(grant.claims.age_band),
        claim(grant.claims.gender),
        claim(grant.claims.language)
    );
    return payload + "." + signature(broadcast.text(), payload);
}

std::optional<BeaconGrant> BeaconTokens::verify(std::string_view token, std::string_view broadcast, Time now)
    const {
    const auto end = token.rfind('.');
    if (end == std::string_view::npos || token.size() > 256) return std::nullopt;
    const auto payload = token.substr(0, end);
    const auto given = token.substr(end + 1);
    const auto expected = signature(broadcast, payload);
    if (given.size() != expected.size() || CRYPTO_memcmp(given.data(), expected.data(), given.size()) != 0)
        return std::nullopt;
    auto rest = payload;
    BeaconGrant grant;
    grant.sid = take_field(rest);
    const auto expiry = take_field(rest);
    std::int64_t seconds = 0;
    std::from_chars(expiry.begin(), expiry.end(), seconds, 16);
    grant.expires = Time(std::chrono::seconds(seconds));
    if (grant.expires <= now) return std::nullopt;
    grant.claims.age_band = take_field(rest);
    grant.claims.gender = take_field(rest);
    grant.claims.language = take_field(rest);
    return grant;
}

}  // namespace tally::analytics
