#include "app/route_access.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tally::app {
namespace {

using http::Access;
using http::Scope;
using http::Subject;
using Row = std::pair<std::string_view, Access>;

/// Delivery is for anyone too: what is not public asks for a playback token there.
constexpr Access anyone{.scope = std::nullopt, .subject = Subject::none};

constexpr auto rows = std::to_array<Row>({
    {"POST /api/streams/start", {Scope::streams_write, Subject::body}},
    {"POST /api/streams/{id}/stop", {Scope::streams_write, Subject::stream}},
    {"POST /api/streams/test-connection", {Scope::streams_write, Subject::none}},
    {"GET /api/streams", {Scope::streams_read, Subject::query}},
    {"GET /api/streams/{id}", {Scope::streams_read, Subject::stream}},
    {"GET /api/streams/{id}/playback", {Scope::streams_read, Subject::stream}},
    {"GET /api/streams/{id}/health", {Scope::streams_read, Subject::stream}},
    {"GET /api/streams/{id}/stats", {Scope::streams_read, Subject::stream}},

    {"POST /api/broadcasts", {Scope::broadcasts_write, Subject::body}},
    {"GET /api/broadcasts", {Scope::broadcasts_read, Subject::query}},
    {"GET /api/broadcasts/{id}", {Scope::broadcasts_read, Subject::broadcast}},
    {"PATCH /api/broadcasts/{id}", {Scope::broadcasts_write, Subject::broadcast}},
    {"POST /api/broadcasts/{id}/start", {Scope::broadcasts_write, Subject::broadcast}},
    {"POST /api/broadcasts/{id}/complete", {Scope::broadcasts_write, Subject::broadcast}},
    {"POST /api/broadcasts/{id}/cancel", {Scope::broadcasts_write, Subject::broadcast}},
    {"POST /api/broadcasts/{id}/revoke", {Scope::admin, Subject::broadcast}},
    {"GET /api/broadcasts/{id}/alerts", {Scope::broadcasts_read, Subject::broadcast}},
    {"POST /api/broadcasts/schedule", {Scope::broadcasts_write, Subject::body}},
    {"GET /api/broadcasts/scheduled/upcoming", {Scope::broadcasts_read, Subject::query}},
    {"GET /api/broadcasts/scheduled/{id}", {Scope::broadcasts_read, Subject::scheduled_event}},
    {"PATCH /api/broadcasts/scheduled/{id}", {Scope::broadcasts_write, Subject::scheduled_event}},
    {"DELETE /api/broadcasts/scheduled/{id}", {Scope::broadcasts_write, Subject::scheduled_event}},
    {"POST /api/broadcasts/scheduled/{id}/convert", {Scope::broadcasts_write, Subject::scheduled_event}},
    {"GET /api/alerts", {Scope::broadcasts_read, Subject::query}},
    {"GET /api/alerts/{id}", {Scope::broadcasts_read, Subject::alert}},
    {"POST /api/alerts/{id}/acknowledge", {Scope::broadcasts_write, Subject::alert}},

    {"POST /api/channels", {Scope::broadcasts_write, Subject::everything}},
    {"GET /api/channels", {Scope::broadcasts_read, Subject::none}},
    {"GET /api/channels/{id}", {Scope::broadcasts_read, Subject::channel}},
    {"PATCH /api/channels/{id}", {Scope::broadcasts_write, Subject::channel}},
    {"DELETE /api/channels/{id}", {Scope::broadcasts_write, Subject::channel}},
    {"POST /api/channels/{id}/rotate-key", {Scope::streams_keys, Subject::channel}},
    {"GET /api/channels/{id}/readiness", {Scope::broadcasts_read, Subject::channel}},

    {"GET /api/analytics/broadcasts/top", {Scope::analytics_read, Subject::query}},
    {"GET /api/analytics/broadcasts/{id}", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/viewers/timeseries", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/engagement", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/quality", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/demographics", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/geography", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/devices", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/broadcasts/{id}/watch-time", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/analytics/channels/{id}", {Scope::analytics_read, Subject::channel}},
    {"GET /api/analytics/channels/{id}/compare", {Scope::analytics_read, Subject::channel}},

    {"POST /api/keys", {Scope::admin, Subject::everything}},
    {"GET /api/keys", {Scope::admin, Subject::everything}},
    {"GET /api/keys/{id}", {Scope::admin, Subject::everything}},
    {"DELETE /api/keys/{id}", {Scope::admin, Subject::everything}},

    {"POST /api/cdn/sign", {Scope::cdn_sign, Subject::body}},
    {"GET /api/events", {Scope::broadcasts_read, Subject::everything}},
    {"GET /api/events/stream", {Scope::broadcasts_read, Subject::everything}},
    {"GET /api/ws", {Scope::broadcasts_read, Subject::everything}},
    {"POST /api/webhooks", {Scope::webhooks_write, Subject::everything}},
    {"GET /api/webhooks", {Scope::webhooks_read, Subject::everything}},
    {"GET /api/webhooks/{id}", {Scope::webhooks_read, Subject::everything}},
    {"PATCH /api/webhooks/{id}", {Scope::webhooks_write, Subject::everything}},
    {"DELETE /api/webhooks/{id}", {Scope::webhooks_write, Subject::everything}},
    {"POST /api/webhooks/{id}/rotate-secret", {Scope::webhooks_write, Subject::everything}},
    {"POST /api/webhooks/{id}/test", {Scope::webhooks_write, Subject::everything}},
    {"GET /api/webhooks/{id}/deliveries", {Scope::webhooks_read, Subject::everything}},
    {"POST /api/webhooks/{id}/deliveries/{delivery}/redeliver", {Scope::webhooks_write, Subject::everything}},

    {"GET /live/{channel}/playlist.m3u8", anyone},
    {"GET /live/{channel}/manifest.mpd", anyone},
    {"GET /live/{channel}/{rendition}/playlist.m3u8", anyone},
    {"GET /live/{channel}/{rendition}/init_{n}.mp4", anyone},
    {"GET /live/{channel}/{rendition}/segment_{n}.m4s", anyone},
    {"GET /live/{channel}/t/{token}/{rendition}/playlist.m3u8", anyone},
    {"GET /live/{channel}/t/{token}/{rendition}/init_{n}.mp4", anyone},
    {"GET /live/{channel}/t/{token}/{rendition}/segment_{n}.m4s", anyone},
    {"GET /vod/{broadcast}/master.m3u8", anyone},
    {"GET /vod/{broadcast}/{resolution}/playlist.m3u8", anyone},
    {"GET /vod/{broadcast}/{resolution}/init_{n}.mp4", anyone},
    {"GET /vod/{broadcast}/{resolution}/segment_{n}.m4s", anyone},
    {"GET /vod/{broadcast}/t/{token}/{resolution}/playlist.m3u8", anyone},
    {"GET /vod/{broadcast}/t/{token}/{resolution}/init_{n}.mp4", anyone},
    {"GET /vod/{broadcast}/t/{token}/{resolution}/segment_{n}.m4s", anyone},
    {"GET /vod/{broadcast}/preview_{n}.mp4", anyone},
    {"GET /downloads/{broadcast}.mp4", anyone},
    {"GET /thumbnails/{channel}.jpg", anyone},
    {"GET /live/{channel}/viewers.json", anyone},
    {"GET /live/{channel}/about.json", anyone},
    {"GET /vod/{broadcast}/about.json", anyone},
    {"POST /cmcd", anyone},  // with a beacon token, as the next
    {"POST /api/analytics/collect", anyone},
    {"POST /api/analytics/broadcasts/{id}/engagement", anyone},
    {"GET /api/analytics/viewers/{viewerId}", {Scope::admin, Subject::everything}},
    {"DELETE /api/analytics/viewers/{viewerId}", {Scope::admin, Subject::everything}},
    {"GET /api/analytics/privacy", anyone},
    {"GET /api/analytics/broadcasts/{id}/viewers/realtime", {Scope::analytics_read, Subject::broadcast}},
    {"GET /api/recordings/{broadcast}", anyone},
    {"GET /time", anyone},

    {"GET /", anyone},
    {"GET /watch/{channel}", anyone},
    {"GET /watch/vod/{broadcast}", anyone},
    {"GET /assets/{file}", anyone},
    {"GET /docs", anyone},
    {"GET /openapi.json", anyone},
    {"GET /metrics", {Scope::streams_read, Subject::everything}},
    {"GET /health", anyone},
    {"GET /health/live", anyone},
    {"GET /health/ready", anyone},
    {"GET /openapi.json", anyone},
    {"GET /docs", anyone},
});

const Row* find(std::string_view route) {
    const auto* row = std::ranges::find(rows, route, &Row::first);
    return row == rows.end() ? nullptr : row;
}

}  // namespace

http::Access access_of(std::string_view route) {
    const auto* row = find(route);
    return row ? row->second : Access{};
}

bool has_access_row(std::string_view route) {
    return find(route) != nullptr;
}

}  // namespace tally::app
