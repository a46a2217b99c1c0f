#include "control/playback/playback_tokens.hpp"

#include "control/jwt.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <charconv>

namespace tally::control {
namespace {

namespace ip = asio::ip;

constexpr std::string_view issuer = "tally";
constexpr std::string_view audience = "playback";

std::chrono::days day_of(Time time) {
    return std::chrono::floor<std::chrono::days>(time.time_since_epoch());
}

std::int64_t seconds_of(Time time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string_view text_claim(const json::object& claims, std::string_view name) {
    const auto* claim = claims.if_contains(name);
    const auto* text = claim ? claim->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

/// A host is the network of itself alone.
std::string with_length(std::string_view prefix, std::string_view whole) {
    std::string text(prefix);
    return prefix.contains('/') ? text : text.append(whole);
}

bool is_within(std::string_view peer, std::string_view prefix) {
    boost::system::error_code error;
    auto address = ip::make_address(std::string(peer), error);
    if (error) return false;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    if (address.is_v4()) {
        const auto network = ip::make_network_v4(with_length(prefix, "/32"), error);
        if (error) return false;
        return ip::network_v4(address.to_v4(), network.prefix_length()).network() == network.network();
    }
    const auto network = ip::make_network_v6(with_length(prefix, "/128"), error);
    if (error) return false;
    return ip::network_v6(address.to_v6(), network.prefix_length()).network() == network.network();
}

std::unexpected<Problem> refused(std::string code, std::string detail) {
    return http::problem(403, std::move(code), std::move(detail));
}

}  // namespace

PlaybackToken PlaybackTokens::sign(const PlaybackGrant& grant) const {
    const auto now = clock_.now();
    const auto expires_at = Time(std::chrono::floor<std::chrono::seconds>(now + grant.lifetime));
    json::object claims{
        {"iss", issuer},
        {"aud", audience},
        {"sub", grant.subject},
        {"iat", seconds_of(now)},
        {"exp", seconds_of(expires_at)},
    };
    if (!grant.addresses.empty()) claims["ip"] = grant.addresses;
    const auto& [age_band, gender, language] = grant.viewer;
    if (!age_band.empty()) claims["age_band"] = age_band;
    if (!gender.empty()) claims["gender"] = gender;
    if (!language.empty()) claims["lang"] = language;
    const auto day = fmt::to_string(day_of(now).count());
    return {.text = sign_jwt(claims, day, key_of(day)), .expires_at = expires_at};
}

Outcome<void> PlaybackTokens::check(
    std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
) const {
    if (auto claims = read(token, peer, subjects); !claims) return std::unexpected(std::move(claims).error());
    return {};
}

DeclaredViewer PlaybackTokens::viewer_of(
    std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
) const {
    const auto claims = read(token, peer, subjects);
    if (!claims) return {};
    return {
        .age_band = std::string(text_claim(*claims, "age_band")),
        .gender = std::string(text_claim(*claims, "gender")),
        .language = std::string(text_claim(*claims, "lang")),
    };
}

Outcome<json::object> PlaybackTokens::read(
    std::string_view token, std::string_view peer, const std::vector<std::string_view>& subjects
) const {
    if (token.empty()) return refused("token_required", "This is not public: a playback token is needed.");
    auto claims = read_jwt(token, [this](std::string_view day) { return find_key(day); });
    if (!claims || text_claim(*claims, "iss") != issuer || text_claim(*claims, "aud") != audience)
        return refused("token_invalid", "The playback token is not one of this server.");
    const auto* expiry = claims->if_contains("exp");
    if (expiry == nullptr || !expiry->is_int64() || expiry->as_int64() <= seconds_of(clock_.now()))
        return refused("token_expired", "The playback token has expired.");
    const auto subject = text_claim(*claims, "sub");
    if (std::ranges::find(subjects, subject) == subjects.end())
        return refused("token_not_for_this", "The playback token is for something else.");
    const auto addresses = text_claim(*claims, "ip");
    if (!addresses.empty() && !is_within(peer, addresses))
        return refused("token_not_for_this", "The playback token is for another address.");
    return *std::move(claims);
}

Digest PlaybackTokens::key_of(std::string_view day) const {
    return secret_.sign("playback token", day);
}

/// Every day has a key of its own. One is given up when no token that it signed can be valid any more.
std::optional<Digest> PlaybackTokens::find_key(std::string_view day) const {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(day.data(), day.data() + day.size(), number);
    if (error != std::errc() || end != day.data() + day.size()) return std::nullopt;
    const auto today = day_of(clock_.now()).count();
    const auto oldest = today - std::chrono::ceil<std::chrono::days>(most).count();
    if (number < oldest || number > today) return std::nullopt;
    return key_of(day);
}

bool is_address_prefix(std::string_view text) {
    boost::system::error_code error;
    ip::make_network_v4(with_length(text, "/32"), error);
    if (!error) return true;
    ip::make_network_v6(with_length(text, "/128"), error);
    return !error;
}

}  // namespace tally::control
