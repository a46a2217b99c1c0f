#include "app/catalogue.hpp"

#include "sql/value.hpp"

namespace tally::app {
namespace {

using Phase = cdn::BroadcastFacts::Phase;

Phase phase_of(const control::Broadcast& broadcast, bool still_recording) {
    if (broadcast.status == control::BroadcastStatus::scheduled) return Phase::before;
    if (broadcast.status == control::BroadcastStatus::revoked) return Phase::revoked;
    return control::is_over(broadcast.status) && !still_recording ? Phase::over : Phase::live;
}

}  // namespace

Task<std::optional<ChannelId>> Catalogue::find_channel(std::string name) {
    const auto entry = names_.find(name);
    co_return entry ? std::optional(entry->id) : std::nullopt;
}

Task<std::optional<cdn::BroadcastFacts>> Catalogue::find_broadcast(BroadcastId broadcast) try {
    const auto found = co_await broadcasts_.get(broadcast);
    if (!found) co_return std::nullopt;
    const auto& row = found->broadcast;
    co_return cdn::BroadcastFacts{
        .id = row.id,
        .channel = row.channel_id,
        .title = row.title,
        .phase = phase_of(row, streams_.has_broadcast(row.id)),
        .recording = row.recording_id,
        .restricted = is_restricted(row.visibility) || is_restricted(found->channel.visibility),
    };
} catch (const sql::Unavailable& error) {
    co_return fail(Errc::io, error.what());
}

}  // namespace tally::app
