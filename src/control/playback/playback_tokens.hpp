// Tokens that let a viewer watch what is not public (docs/decisions/0022).
#pragma once

#include "base/clock.hpp"
#include "control/problems.hpp"
#include "control/secret.hpp"
#include "json/text.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace tally::control {

/// What the viewer lets be known, as the integrator signs it. Empty is undeclared.
struct DeclaredViewer {
    std::string age_band{};  // "18-24"
    std::string gender{};
    std::string language{};

    friend bool operator==(const DeclaredViewer&, const DeclaredViewer&) = default;
};

struct PlaybackGrant {
    std::string subject;  // the id of a channel, with all that is broadcast on it, or of one broadcast
    std::chrono::seconds lifetime{std::chrono::hours(4)};
    std::string addresses{};  // "203.0.113.0/24": only from there; "" from anywhere
    DeclaredViewer viewer{};  // with the viewer's consent
};

struct PlaybackToken {
    std::string text;
    Time expires_at;
};

/// From any thread.
class PlaybackTokens {
public:
    static constexpr std::chrono::seconds least{60};
    static constexpr std::chrono::seconds most{std::chrono::days(7)};

    PlaybackTokens(Secret secret, const Clock& clock) : secret_(std::move(secret)), clock_(clock) {}

    PlaybackToken sign(const PlaybackGrant& grant) const;

    /// 403 "token_required", "token_invalid", "token_expired" or "token_not_for_this". `peer` is the viewer's
    /// address, and one of `subjects` has to be the token's.
    Outcome<void> check(
        std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
    ) const;

    /// What a token that check() takes says of its viewer; of any other, nothing.
    DeclaredViewer viewer_of(
        std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
    ) const;

private:
    Outcome<json::object> read(
        std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
    ) const;
    Digest key_of(std::string_view day) const;
    std::optional<Digest> find_key(std::string_view day) const;

    Secret secret_;
    const Clock& clock_;
};

/// An address or a network such as "203.0.113.0/24" or "2001:db8::/32".
bool is_address_prefix(std::string_view text);

}  // namespace tally::control
