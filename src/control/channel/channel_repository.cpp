#include "control/channel/channel_repository.hpp"

#include <fmt/format.h>

namespace tally::control {

std::optional<Channel> ChannelRepository::find(const ChannelId& id) {
    return session_.find<Channel>("select * from channels where id = :id", {{"id", id}});
}

std::optional<Channel> ChannelRepository::resolve(const std::string& name) {
    if (const auto id = ChannelId::parse(name))
        if (auto channel = find(*id)) return channel;
    return session_.find<Channel>(
        "select channels.* from channels join channel_slugs on channel_slugs.channel_id = channels.id"
        " where channel_slugs.slug = :slug",
        {{"slug", name}}
    );
}

std::optional<Channel> ChannelRepository::find_by_key_hash(const std::string& hash) {
    return session_.find<Channel>("select * from channels where key_hash = :hash", {{"hash", hash}});
}

Page<Channel> ChannelRepository::list(const Filter& filter, const PageRequest& request) {
    Selection selection("channels", "created_at");
    selection.where("deleted_at is null", {});
    if (filter.status) selection.where("status = :status", {{"status", *filter.status}});
    if (!filter.among.empty()) {
        std::string names;
        sql::Parameters parameters;
        for (const auto& id : filter.among) {
            const auto name = fmt::format("among{}", parameters.size());
            names += fmt::format("{}:{}", names.empty() ? "" : ", ", name);
            parameters.emplace_back(name, id);
        }
        selection.where(fmt::format("id in ({})", names), parameters);
    }
    return selection.page<Channel>(session_, request, [](const Channel& each) { return each.created_at; });
}

void ChannelRepository::insert(const Channel& channel) {
    session_.insert("channels", channel);
    add_slug(channel);
}

void ChannelRepository::update(const Channel& channel) {
    session_.update("channels", channel);
    add_slug(channel);
}

bool ChannelRepository::empty() {
    return session_.rows("select id from channels limit 1").empty();
}

bool ChannelRepository::slug_is_free(const std::string& slug, const ChannelId& owner) {
    return session_
        .rows(
            "select slug from channel_slugs where slug = :slug and channel_id <> :owner",
            {{"slug", slug}, {"owner", owner}}
        )
        .empty();
}

std::vector<ChannelName> ChannelRepository::names() {
    return session_.query<ChannelName>(
        "select channel_slugs.slug, channels.id as channel_id, channels.name from channel_slugs"
        " join channels on channels.id = channel_slugs.channel_id where channels.deleted_at is null"
    );
}

void ChannelRepository::add_slug(const Channel& channel) {
    session_.execute(
        "insert into channel_slugs (slug, channel_id) values (:slug, :channel) on conflict (slug) do nothing",
        {{"slug", channel.slug}, {"channel", channel.id}}
    );
}

}  // namespace tally::control
