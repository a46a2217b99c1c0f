#include "app/about.hpp"

#include "base/enum_text.hpp"
#include "sql/value.hpp"

namespace tally::app {

Task<std::optional<cdn::About>> AboutSource::about_channel(std::string channel) try {
    const auto found = co_await channels_.get(std::move(channel));
    if (!found) co_return std::nullopt;
    if (found->current_broadcast_id) co_return co_await about_broadcast(*found->current_broadcast_id);
    co_return cdn::About{
        .channel = found->id,
        .channel_name = found->name,
        .restricted = is_restricted(found->visibility),
    };
} catch (const sql::Unavailable& error) {
    co_return fail(Errc::io, error.what());
}

Task<std::optional<cdn::About>> AboutSource::about_broadcast(BroadcastId broadcast) try {
    const auto found = co_await broadcasts_.get(broadcast);
    if (!found || found->broadcast.status == control::BroadcastStatus::revoked) co_return std::nullopt;
    const auto& row = found->broadcast;
    co_return cdn::About{
        .channel = row.channel_id,
        .channel_name = found->channel.name,
        .broadcast =
            cdn::AboutBroadcast{
                .id = row.id,
                .title = row.title,
                .description = row.description,
                .status = std::string(enum_text(row.status)),
                .started = row.started_at,
            },
        .restricted = is_restricted(row.visibility) || is_restricted(found->channel.visibility),
    };
} catch (const sql::Unavailable& error) {
    co_return fail(Errc::io, error.what());
}

}  // namespace tally::app
