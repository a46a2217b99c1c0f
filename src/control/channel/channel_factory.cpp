#include "control/channel/channel_factory.hpp"

namespace tally::control {

namespace {

std::string free_slug(ChannelRepository& channels, const std::string& wanted, const ChannelId& owner) {
    auto slug = wanted;
    for (int number = 2; !channels.slug_is_free(slug, owner); ++number)
        slug = fmt::format("{}-{}", wanted.substr(0, 50), number);
    return slug;
}

}  // namespace

Outcome<Channel> ChannelFactory::create(
    sql::Session& session, ChannelId id, const ChannelFields& fields, Time now
) const {
    ChannelRepository channels(session);
    Channel channel;
    channel.id = std::move(id);
    channel.created_at = now;
    channel.updated_at = now;
    apply(fields, channel);
    if (!fields.slug)
        channel.slug = free_slug(channels, slug_from(channel.name), channel.id);
    else if (!channels.slug_is_free(channel.slug, channel.id))
        return slug_taken(channel.slug);
    channel.key_hash = StreamKeys::hash(keys_.key_of(channel));
    channels.insert(channel);
    return channel;
}

Outcome<Channel> ChannelFactory::find_or_provision(
    sql::Session& session, const ChannelId& id, Time now, std::vector<Warning>& warnings
) const {
    if (auto channel = ChannelRepository(session).find(id)) {
        if (channel->deleted_at) return channel_deleted(*channel);
        return *std::move(channel);
    }
    if (!options_.auto_provision) return not_found("channel", id.text());
    warnings.push_back({"channel_auto_created", fmt::format("Channel {} was created.", id.text())});
    return create(session, id, {.name = id.text()}, now);
}

void ChannelFactory::create_first(sql::Session& session, Time now) const {
    const auto id = ChannelId::parse("ch_001");
    if (!id || !ChannelRepository(session).empty()) return;
    const ChannelFields fields{.name = "Channel One", .slug = "channel-one"};
    [[maybe_unused]] const auto created = create(session, *id, fields, now);
}

void ChannelFactory::rotate_key(Channel& channel) const {
    ++channel.key_generation;
    channel.key_hash = StreamKeys::hash(keys_.key_of(channel));
}

}  // namespace tally::control
