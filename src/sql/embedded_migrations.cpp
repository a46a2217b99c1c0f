#include "sql/migrations.hpp"

#include <array>

namespace tally::sql {

namespace {

// NOLINTBEGIN(modernize-avoid-c-arrays): clang 19 embeds text into no other aggregate.
constexpr char channels[] = {
#embed "../../migrations/0001_channels.sql"
};
constexpr char broadcasts[] = {
#embed "../../migrations/0002_broadcasts.sql"
};
constexpr char streams[] = {
#embed "../../migrations/0003_streams.sql"
};
constexpr char api_keys[] = {
#embed "../../migrations/0004_api_keys.sql"
};
constexpr char scheduled_events[] = {
#embed "../../migrations/0005_scheduled_events.sql"
};
constexpr char stream_health[] = {
#embed "../../migrations/0006_stream_health.sql"
};
constexpr char idempotency_keys[] = {
#embed "../../migrations/0007_idempotency_keys.sql"
};
constexpr char channel_and_stream_ends[] = {
#embed "../../migrations/0008_channel_and_stream_ends.sql"
};
constexpr char alerts[] = {
#embed "../../migrations/0009_alerts.sql"
};
constexpr char events[] = {
#embed "../../migrations/0010_events.sql"
};
constexpr char webhooks[] = {
#embed "../../migrations/0011_webhooks.sql"
};
constexpr char declared_quality[] = {
#embed "../../migrations/0012_declared_quality.sql"
};

template <std::size_t Size>
constexpr std::string_view text(const char (&bytes)[Size]) {
    return {bytes, Size};
}

// NOLINTEND(modernize-avoid-c-arrays)

constexpr auto migrations = std::to_array<Migration>({
    {"0001_channels", text(channels)},
    {"0002_broadcasts", text(broadcasts)},
    {"0003_streams", text(streams)},
    {"0004_api_keys", text(api_keys)},
    {"0005_scheduled_events", text(scheduled_events)},
    {"0006_stream_health", text(stream_health)},
    {"0007_idempotency_keys", text(idempotency_keys)},
    {"0008_channel_and_stream_ends", text(channel_and_stream_ends)},
    {"0009_alerts", text(alerts)},
    {"0010_events", text(events)},
    {"0011_webhooks", text(webhooks)},
    {"0012_declared_quality", text(declared_quality)},
});

}  // namespace

std::span<const Migration> embedded_migrations() {
    return migrations;
}

}  // namespace tally::sql
