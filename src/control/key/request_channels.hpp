// Which channels a request is about.
#pragma once

#include "control/channel/channel_names.hpp"
#include "http/access.hpp"
#include "http/message.hpp"
#include "sql/database.hpp"

namespace tally::control {

class RequestChannels {
public:
    RequestChannels(sql::Database& database, const ChannelNames& names)
        : database_(database),
          names_(names) {}

    /// None when the request names nothing that exists. A channel that is not known stands for itself: it may
    /// be about to be made. Throws sql::Unavailable.
    Async<std::vector<ChannelId>> of(http::Subject subject, const http::Request& request) const;

private:
    void add_channel(std::vector<ChannelId>& channels, const std::string& name) const;
    Async<> add_owner(std::vector<ChannelId>& channels, std::string_view table, std::string id) const;
    Async<std::vector<ChannelId>> in_body(const http::Request& request) const;

    sql::Database& database_;
    const ChannelNames& names_;
};

}  // namespace tally::control
