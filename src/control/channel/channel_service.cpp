#include "control/channel/channel_service.hpp"

#include "control/broadcast/broadcast_repository.hpp"
#include "control/schedule/scheduled_event_repository.hpp"

namespace tally::control {

namespace {

/// By id, slug or old slug; 410 once it was deleted.
Outcome<Channel> existing(sql::Session& session, const std::string& name) {
    auto channel = ChannelRepository(session).resolve(name);
    if (!channel) return not_found("channel", name);
    if (channel->deleted_at) return channel_deleted(*channel);
    return *std::move(channel);
}

/// Whatever of a channel waits for its time. Each is told of as if it were cancelled alone.
void cancel_plans(sql::Session& session, const ChannelId& channel, Time now) {
    constexpr PageRequest all{.limit = 100};
    ScheduledEventRepository events(session);
    for (bool more = true; more;) {
        auto page = events.upcoming({.channel = channel}, all);
        for (auto& event : page.items) {
            event.status = ScheduledStatus::cancelled;
            event.cancelled_at = now;
            event.deadline_at.reset();
            events.update(event, now);
        }
        more = page.next.has_value();
    }
    BroadcastRepository broadcasts(session);
    for (bool more = true; more;) {
        const BroadcastFilter waiting{.channel = channel, .status = BroadcastStatus::scheduled};
        auto page = broadcasts.list(waiting, BroadcastOrder::created, all);
        for (auto& broadcast : page.items) {
            broadcast.status = BroadcastStatus::cancelled;
            broadcast.ended_at = now;
            broadcast.end_reason = "channel_deleted";
            broadcast.media_state = MediaState::ended;
            broadcasts.update(broadcast, now);
        }
        more = page.next.has_value();
    }
}

}  // namespace

Async<> ChannelService::prepare() {
    co_await database_.transact([this](sql::Session& session) {
        factory_.create_first(session, clock_.now());
        return true;
    });
    co_await refresh_names();
}

Async<Outcome<Channel>> ChannelService::create(ChannelFields fields, Alongside<Channel> alongside) {
    auto errors = check(fields);
    if (!fields.name) errors.push_back({"/name", "required", "is required"});
    if (!errors.empty()) co_return validation_failed(std::move(errors));
    auto created = co_await database_.transact([&](sql::Session& session) {
        const auto now = clock_.now();
        return write_alongside(
            session, factory_.create(session, ChannelId::make(now), fields, now), alongside
        );
    });
    if (created) co_await refresh_names();
    co_return created;
}

Async<Outcome<Channel>> ChannelService::get(std::string name) {
    co_return co_await database_.read([name = std::move(name)](sql::Session& session) -> Outcome<Channel> {
        return existing(session, name);
    });
}

Async<Page<Channel>> ChannelService::list(ChannelRepository::Filter filter, PageRequest page) {
    co_return co_await database_.read([filter, page = std::move(page)](sql::Session& session) {
        return ChannelRepository(session).list(filter, page);
    });
}

Async<Outcome<Channel>> ChannelService::patch(
    std::string name, ChannelFields fields, Precondition<Channel> precondition
) {
    if (auto errors = check(fields); !errors.empty()) co_return validation_failed(std::move(errors));
    auto patched = co_await database_.transact([&](sql::Session& session) -> Outcome<Channel> {
        ChannelRepository channels(session);
        TRY(auto channel, existing(session, name));
        if (auto holds = precondition(channel); !holds) return std::unexpected(std::move(holds).error());
        if (fields.slug && !channels.slug_is_free(*fields.slug, channel.id)) return slug_taken(*fields.slug);
        apply(fields, channel);
        channel.updated_at = clock_.now();
        channels.update(channel);
        return channel;
    });
    if (patched) co_await refresh_names();
    co_return patched;
}

Async<Outcome<Channel>> ChannelService::rotate_key(std::string name, Alongside<Channel> alongside) {
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Channel> {
        TRY(auto channel, existing(session, name));
        factory_.rotate_key(channel);
        channel.updated_at = clock_.now();
        ChannelRepository(session).update(channel);
        return write_alongside<Channel>(session, std::move(channel), alongside);
    });
}

Async<Outcome<Channel>> ChannelService::remove(std::string name) {
    auto removed = co_await database_.transact([&](sql::Session& session) -> Outcome<Channel> {
        ChannelRepository channels(session);
        auto channel = channels.resolve(name);
        if (!channel) return not_found("channel", name);
        if (channel->deleted_at) return *std::move(channel);
        if (channel->current_broadcast_id || channel->current_stream_id) return channel_busy(*channel);
        const auto now = clock_.now();
        apply(*channel, ChannelAction::disable);
        channel->deleted_at = now;
        channel->updated_at = now;
        channels.update(*channel);
        cancel_plans(session, channel->id, now);
        return *std::move(channel);
    });
    if (removed) co_await refresh_names();
    co_return removed;
}

Async<> ChannelService::refresh_names() {
    names_.replace(co_await database_.read([](sql::Session& session) {
        return ChannelRepository(session).names();
    }));
}

}  // namespace tally::control
