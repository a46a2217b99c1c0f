#include "control/playback/playback_routes.hpp"

#include "control/reply.hpp"

namespace tally::control {
namespace {

/// Of the viewer that a token is for.
struct SignedViewer {
    std::optional<std::string> age_band;
    std::optional<std::string> gender;
    std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(SignedViewer, (), (age_band, gender, language))

/// A request's body: exactly one of the two ids.
struct SignRequest {
    std::optional<std::string> channel_id;  // or a slug
    std::optional<BroadcastId> broadcast_id;
    std::optional<std::chrono::seconds> expires_in;
    std::optional<std::string> ip_prefix;
    std::optional<SignedViewer> viewer;
    std::optional<bool> consent;  // of the viewer, to what `viewer` says
};
BOOST_DESCRIBE_STRUCT(SignRequest, (), (channel_id, broadcast_id, expires_in, ip_prefix, viewer, consent))

/// A word such as "18-24", "65+" or "en-IN": it becomes a name in statistics, never a person's.
bool is_category(std::string_view text) {
    constexpr std::size_t longest = 32;
    return text.size() <= longest && std::ranges::all_of(text, [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                      (letter >= 'A' && letter <= 'Z') || letter == '-' || letter == '_' || letter == '+';
           });
}

void check(const SignedViewer& viewer, json::Checks& checks) {
    const auto check_one = [&](std::string_view pointer, const std::optional<std::string>& text) {
        checks.require(
            !text || is_category(*text),
            std::string(pointer),
            "invalid_value",
            "is at most 32 letters, digits, '-', '_' and '+'"
        );
    };
    check_one("/viewer/ageBand", viewer.age_band);
    check_one("/viewer/gender", viewer.gender);
    check_one("/viewer/language", viewer.language);
}

json::FieldErrors check(const SignRequest& request) {
    json::Checks checks;
    const bool one = request.channel_id.has_value() != request.broadcast_id.has_value();
    checks.require(one, "/channelId", "required", "or broadcastId is required, and not both");
    if (request.expires_in)
        checks.range<std::int64_t>(
            "/expiresIn",
            request.expires_in->count(),
            PlaybackTokens::least.count(),
            PlaybackTokens::most.count()
        );
    const bool is_prefix = !request.ip_prefix || is_address_prefix(*request.ip_prefix);
    checks.require(
        is_prefix, "/ipPrefix", "invalid_value", "must be an address or a network: \"203.0.113.0/24\""
    );
    if (!request.viewer) return checks.take();
    check(*request.viewer, checks);
    checks.require(
        request.consent == true,
        "/consent",
        "consent_required",
        "has to be true for what is said of the viewer"
    );
    return checks.take();
}

struct PlaybackRoutes {
    ChannelService& channels;
    BroadcastService& broadcasts;
    const PlaybackTokens& tokens;
    http::PublicUrls urls;
};

json::object channel_urls(const std::string& id, const http::PublicUrls& urls, std::string_view query) {
    return {
        {"hls", urls.hls(id).append(query)},
        {"dash", urls.dash(id).append(query)},
        {"rtmp", urls.rtmp("/live/" + id).append(query)},
        {"thumbnail", urls.thumbnail(id).append(query)},
    };
}

json::object recording_urls(const std::string& id, const http::PublicUrls& urls, std::string_view query) {
    return {
        {"hls", urls.cdn(fmt::format("/vod/{}/master.m3u8{}", id, query))},
        {"download", urls.cdn(fmt::format("/downloads/{}.mp4{}", id, query))},
        {"recording", urls.cdn(fmt::format("/api/recordings/{}{}", id, query))},
    };
}

/// The id of what is to be opened, which has to exist.
Async<Outcome<std::string>> subject_of(const PlaybackRoutes& routes, const SignRequest& request) {
    if (request.channel_id) {
        CO_TRY(const auto channel, co_await routes.channels.get(*request.channel_id));
        co_return channel.id.text();
    }
    CO_TRY(const auto details, co_await routes.broadcasts.get(*request.broadcast_id));
    co_return details.broadcast.id.text();
}

Async<Outcome<http::Response>> sign(const PlaybackRoutes& routes, const http::Request& request) {
    CO_TRY(const auto body, read_body<SignRequest>(request));
    if (auto errors = check(body); !errors.empty()) co_return validation_failed(std::move(errors));
    CO_TRY(const auto subject, co_await subject_of(routes, body));
    PlaybackGrant grant{.subject = subject, .addresses = body.ip_prefix.value_or("")};
    if (body.viewer)
        grant.viewer = {
            .age_band = body.viewer->age_band.value_or(""),
            .gender = body.viewer->gender.value_or(""),
            .language = body.viewer->language.value_or(""),
        };
    if (body.expires_in) grant.lifetime = *body.expires_in;
    const auto token = routes.tokens.sign(grant);
    const auto query = "?token=" + token.text;
    co_return reply(
        200,
        json::object{
            {"token", token.text},
            {"subject", subject},
            {"expiresAt", json::encode(token.expires_at)},
            {"urls",
             body.channel_id ? channel_urls(subject, routes.urls, query)
                             : recording_urls(subject, routes.urls, query)},
        }
    );
}

}  // namespace

void add_playback_routes(
    http::Router& router,
    ChannelService& channels,
    BroadcastService& broadcasts,
    const PlaybackTokens& tokens,
    const http::PublicUrls& urls
) {
    const auto routes = std::make_shared<const PlaybackRoutes>(channels, broadcasts, tokens, urls);
    AddRoute(router, routes)(http::Method::post, "/api/cdn/sign", sign);
}

}  // namespace tally::control
