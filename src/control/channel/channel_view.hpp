// A channel as the API prints it.
#pragma once

#include "control/channel/channel.hpp"

namespace tally::control {

/// Without the key.
json::object channel_json(const Channel& channel);
/// With it: only for who made the channel or the key.
json::object channel_json_with_key(const Channel& channel, const std::string& key);
/// The part that streams and broadcasts carry.
json::object channel_summary(const Channel& channel);

}  // namespace tally::control
