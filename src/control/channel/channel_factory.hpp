// Makes channels: those that clients ask for, the first one, and those made on first use.
#pragma once

#include "control/channel/channel_fields.hpp"
#include "control/channel/channel_repository.hpp"
#include "control/channel/stream_keys.hpp"
#include "control/options.hpp"
#include "control/problems.hpp"

namespace tally::control {

class ChannelFactory {
public:
    ChannelFactory(StreamKeys keys, Options options) : keys_(std::move(keys)), options_(options) {}

    const StreamKeys& keys() const { return keys_; }

    /// 409 slug_taken. Without a slug, one is made from the name and a number where that is taken.
    Outcome<Channel> create(sql::Session& session, ChannelId id, const ChannelFields& fields, Time now) const;

    /// The channel, made here if need be and allowed; then a warning says so (API A2).
    Outcome<Channel> find_or_provision(
        sql::Session& session, const ChannelId& id, Time now, std::vector<Warning>& warnings
    ) const;

    /// ch_001, when the store has no channel at all (API H16).
    void create_first(sql::Session& session, Time now) const;

    /// A new key: the old one stops working.
    void rotate_key(Channel& channel) const;

private:
    StreamKeys keys_;
    Options options_;
};

}  // namespace tally::control
