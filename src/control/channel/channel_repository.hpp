// Channels in the store.
#pragma once

#include "control/channel/channel.hpp"
#include "control/page.hpp"

namespace tally::control {

/// A slug, and the channel that it leads to.
struct ChannelName {
    std::string slug;
    ChannelId channel_id;
    std::string name;  // for people
};
BOOST_DESCRIBE_STRUCT(ChannelName, (), (slug, channel_id, name))

class ChannelRepository {
public:
    explicit ChannelRepository(sql::Session& session) : session_(session) {}

    /// This and the following find deleted channels too: what they had made still refers to them.
    std::optional<Channel> find(const ChannelId& id);
    /// By id, slug or old slug, in this order (API A1).
    std::optional<Channel> resolve(const std::string& name);
    std::optional<Channel> find_by_key_hash(const std::string& hash);

    struct Filter {
        std::optional<ChannelStatus> status;
        std::vector<ChannelId> among{};  // none: all
    };

    Page<Channel> list(const Filter& filter, const PageRequest& request);

    void insert(const Channel& channel);
    void update(const Channel& channel);

    bool empty();
    /// False when the slug is, or was, another channel's.
    bool slug_is_free(const std::string& slug, const ChannelId& owner);

    /// One for every slug that a channel has or had; none for a deleted one.
    std::vector<ChannelName> names();

private:
    void add_slug(const Channel& channel);

    sql::Session& session_;
};

}  // namespace tally::control
