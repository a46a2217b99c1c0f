#include "control/channel/channel_service.hpp"

namespace tally::control {

Async<> ChannelService::prepare() {
    co_await database_.transact([this](sql::Session& session) {
        factory_.create_first(session, clock_.now());
        return true;
    });
    co_await refresh_names();
}

Async<Outcome<Channel>> ChannelService::create(ChannelFields fields) {
    auto errors = check(fields);
    if (!fields.name) errors.push_back({"/name", "required", "is required"});
    if (!errors.empty()) co_return validation_failed(std::move(errors));
    auto created = co_await database_.transact([this, fields = std::move(fields)](sql::Session& session) {
        const auto now = clock_.now();
        return factory_.create(session, ChannelId::make(now), fields, now);
    });
    if (created) co_await refresh_names();
    co_return created;
}

Async<Outcome<Channel>> ChannelService::get(std::string name) {
    co_return co_await database_.read([name = std::move(name)](sql::Session& session) -> Outcome<Channel> {
        if (auto channel = ChannelRepository(session).resolve(name)) return *std::move(channel);
        return not_found("channel", name);
    });
}

Async<Page<Channel>> ChannelService::list(ChannelRepository::Filter filter, PageRequest page) {
    co_return co_await database_.read([filter, page = std::move(page)](sql::Session& session) {
        return ChannelRepository(session).list(filter, page);
    });
}

Async<Outcome<Channel>> ChannelService::patch(std::string name, ChannelFields fields) {
    if (auto errors = check(fields); !errors.empty()) co_return validation_failed(std::move(errors));
    auto patched =
        co_await database_.transact([this, name, fields](sql::Session& session) -> Outcome<Channel> {
            ChannelRepository channels(session);
            auto channel = channels.resolve(name);
            if (!channel) return not_found("channel", name);
            if (fields.slug && !channels.slug_is_free(*fields.slug, channel->id))
                return slug_taken(*fields.slug);
            apply(fields, *channel);
            channel->updated_at = clock_.now();
            channels.update(*channel);
            return *std::move(channel);
        });
    if (patched) co_await refresh_names();
    co_return patched;
}

Async<Outcome<Channel>> ChannelService::rotate_key(std::string name) {
    co_return co_await database_.transact([this, name](sql::Session& session) -> Outcome<Channel> {
        ChannelRepository channels(session);
        auto channel = channels.resolve(name);
        if (!channel) return not_found("channel", name);
        factory_.rotate_key(*channel);
        channel->updated_at = clock_.now();
        channels.update(*channel);
        return *std::move(channel);
    });
}

Async<> ChannelService::refresh_names() {
    names_.replace(co_await database_.read([](sql::Session& session) {
        return ChannelRepository(session).names();
    }));
}

}  // namespace tally::control
