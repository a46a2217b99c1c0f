// The pseudonyms of views and viewers, and the tokens that let a player report: all keyed with the server's
// secret.
#pragma once

#include "analytics/facts.hpp"

#include <array>
#include <string>
#include <string_view>

namespace tally::analytics {

/// Keyed hashes: no id can be had back from one, and nobody outside can aim for a collision.
class Keys {
public:
    /// `secret`: 32 random bytes or more; another secret makes all keys unlinkable to the former ones.
    explicit Keys(std::string_view secret);

    /// Of a CMCD `sid`.
    SessionKey session(std::string_view sid) const;
    /// For a player without any id: network (/24 or /48), User-Agent and channel; another every day.
    SessionKey fallback_session(
        std::string_view network, std::string_view user_agent, std::string_view channel, Time now
    ) const;

    /// Of a player at an address, on a channel: leads from its unnamed requests to the view they belong to.
    std::uint64_t player(std::string_view address, std::string_view user_agent, std::string_view channel)
        const {
        return hash(hash(hash(3, address), user_agent), channel);
    }

    /// Of what an address of ours says of its view.
    std::uint64_t name(std::string_view sid, std::string_view token, std::string_view broadcast) const {
        return hash(hash(hash(4, sid), token), broadcast);
    }

    /// Of a declared user id, or of a device's: HMAC-SHA-256, cut to 64 bits.
    ViewerKey viewer(std::string_view id) const;

    /// A viewer who is known by this view alone.
    ViewerKey viewer_of(SessionKey session) const { return session; }

private:
    std::uint64_t hash(std::uint64_t domain, std::string_view text) const;

    std::string secret_;
    std::array<std::uint64_t, 2> hash_key_{};
};

/// What a beacon token says.
struct BeaconGrant {
    std::string sid;  // 16 hexadecimal digits; "0000000000000000" suits any
    Time expires;
    Claims claims;
};

/// Signed: handed out with a channel's first playlist, sent back with reports.
class BeaconTokens {
public:
    explicit BeaconTokens(std::string_view secret) : secret_(secret) {}

    static constexpr std::chrono::hours lifetime{24};

    std::string issue(const BroadcastId& broadcast, const BeaconGrant& grant) const;
    /// Empty when it is none of ours, of another broadcast, or has expired.
    std::optional<BeaconGrant> verify(std::string_view token, std::string_view broadcast, Time now) const;

private:
    std::string signature(std::string_view broadcast, std::string_view payload) const;

    std::string secret_;
};

}  // namespace tally::analytics
