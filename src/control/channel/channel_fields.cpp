#include "control/channel/channel_fields.hpp"

namespace tally::control {

namespace {

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_url = 2048;
constexpr std::size_t largest_metadata = 16 * 1024;
constexpr std::chrono::seconds longest_window{1800};
constexpr std::chrono::hours longest_dvr{24};

template <class T>
void assign(const std::optional<T>& from, T& to) {
    if (from) to = *from;
}

}  // namespace

json::FieldErrors check(const ChannelFields& fields) {
    json::Checks checks;
    if (fields.name) checks.length("/name", *fields.name, 1, longest_name);
    if (fields.slug) {
        checks.require(
            is_slug(*fields.slug), "/slug", "invalid_value", "must match ^[a-z0-9][a-z0-9-]{1,62}$"
        );
    }
    if (fields.default_quality) check_quality(checks, "/defaultQuality", *fields.default_quality);
    if (fields.dvr_window)
        checks.range<std::int64_t>(
            "/dvrWindow", fields.dvr_window->count(), 0, longest_dvr / std::chrono::seconds(1)
        );
    if (fields.reconnect_window)
        checks.range(
            "/reconnectWindow", fields.reconnect_window->count(), std::int64_t{0}, longest_window.count()
        );
    if (fields.poster_url) checks.length("/posterUrl", *fields.poster_url, 0, longest_url);
    if (fields.metadata) check_metadata(checks, *fields.metadata);
    return checks.take();
}

void apply(const ChannelFields& fields, Channel& channel) {
    assign(fields.name, channel.name);
    assign(fields.slug, channel.slug);
    assign(fields.visibility, channel.visibility);
    if (fields.default_quality)
        channel.default_quality = merged(*fields.default_quality, channel.default_quality);
    assign(fields.latency_mode, channel.latency_mode);
    assign(fields.dvr_window, channel.dvr_window);
    assign(fields.reconnect_window, channel.reconnect_window);
    assign(fields.record, channel.record);
    assign(fields.auto_live, channel.auto_live);
    if (fields.poster_url) channel.poster_url = fields.poster_url;
    assign(fields.metadata, channel.metadata);
    if (!fields.status) return;
    apply(
        channel, *fields.status == ChannelStatus::disabled ? ChannelAction::disable : ChannelAction::enable
    );
    set_on_air(channel, channel.current_broadcast_id);
}

void check_quality(json::Checks& checks, const std::string& pointer, const QualityTarget& quality) {
    if (quality.bitrate) checks.range(pointer + "/bitrate", *quality.bitrate, 1, 1'000'000);
    if (quality.fps) checks.range(pointer + "/fps", *quality.fps, 1.0, 240.0);
}

void check_metadata(json::Checks& checks, const json::object& metadata) {
    const bool fits = json::print(metadata).size() <= largest_metadata;
    checks.require(fits, "/metadata", "too_large", "must be 16 KiB at most");
}

}  // namespace tally::control
