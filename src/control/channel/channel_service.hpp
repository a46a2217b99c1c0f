// Use cases of channels, one transaction each.
#pragma once

#include "control/channel/channel_factory.hpp"
#include "control/channel/channel_names.hpp"
#include "control/idempotency/kept_answer.hpp"
#include "control/precondition.hpp"
#include "sql/database.hpp"

namespace tally::control {

class ChannelService {
public:
    ChannelService(sql::Database& database, const Clock& clock, const ChannelFactory& factory)
        : database_(database),
          clock_(clock),
          factory_(factory) {}

    /// Before anything else at start: makes ch_001 on an empty store and learns the names.
    Async<> prepare();

    const ChannelNames& names() const { return names_; }

    /// Called whenever names or visibilities may have changed. Set before prepare().
    void listen(std::function<void()> changed) { names_.listen(std::move(changed)); }

    /// The key is shown to who creates the channel, and never again but by start-stream and rotate_key().
    Async<Outcome<Channel>> create(ChannelFields fields, Alongside<Channel> alongside = {});
    /// By id, slug or old slug.
    Async<Outcome<Channel>> get(std::string name);
    Async<Page<Channel>> list(ChannelRepository::Filter filter, PageRequest page);
    Async<Outcome<Channel>>
    patch(std::string name, ChannelFields fields, Precondition<Channel> precondition = allow_any<Channel>);
    /// What it had planned is cancelled, and what it has recorded stays. 409 while it is on the air.
    /// Repeating is harmless.
    Async<Outcome<Channel>> remove(std::string name);
    Async<Outcome<Channel>> rotate_key(std::string name, Alongside<Channel> alongside = {});

    std::string key_of(const Channel& channel) const { return factory_.keys().key_of(channel); }

    /// After a channel came to be or changed its name or slug.
    Async<> refresh_names();

private:
    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    ChannelNames names_;
};

}  // namespace tally::control
