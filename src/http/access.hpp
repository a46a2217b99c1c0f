// Who may call what: the scopes that API keys carry, and what each route asks of its caller.
#pragma once

#include "base/id.hpp"

#include <boost/describe/enum.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::http {

/// Written "streams:read"; `admin` includes all others.
enum class Scope : std::uint8_t {
    streams_read,
    streams_write,
    streams_keys,
    broadcasts_read,
    broadcasts_write,
    analytics_read,
    analytics_collect,
    cdn_sign,
    webhooks_read,
    webhooks_write,
    admin
};
BOOST_DESCRIBE_ENUM(
    Scope,
    streams_read,
    streams_write,
    streams_keys,
    broadcasts_read,
    broadcasts_write,
    analytics_read,
    analytics_collect,
    cdn_sign,
    webhooks_read,
    webhooks_write,
    admin
)

std::string scope_text(Scope scope);
/// "streams:read, streams:write, ...".
std::string scope_texts();

class Scopes {
public:
    /// "streams:read", or "streams:*" for all that begin so; false when that names none.
    bool add(std::string_view text);

    bool has(Scope scope) const { return (bits_ & (bit(scope) | bit(Scope::admin))) != 0; }

private:
    static constexpr std::uint32_t bit(Scope scope) { return 1U << static_cast<unsigned>(scope); }

    std::uint32_t bits_ = 0;
};

/// Which channel a request is about, for keys that are limited to some.
enum class Subject : std::uint8_t {
    none,        // about no channel
    everything,  // about all of them: not for a limited key
    channel,     // the path's first parameter, by id or slug
    broadcast,   // the same: a broadcast's id
    stream,
    scheduled_event,
    alert,
    query,  // "channelId" of the query
    body    // "channelId", "broadcastId", "streamId" and "scheduledId" of the JSON body
};

/// What a route asks of its caller. Left as it is, it is the safest: only for administrators.
struct Access {
    std::optional<Scope> scope = Scope::admin;  // empty: for anyone, without a key
    Subject subject = Subject::everything;
};

/// Who sent a request: an API key, without the secret.
struct Caller {
    std::string id;
    Scopes scopes;
    std::vector<ChannelId> channels;  // empty: not limited

    bool may(Scope scope) const { return scopes.has(scope); }

    bool reaches(const ChannelId& channel) const {
        return channels.empty() || std::ranges::find(channels, channel) != channels.end();
    }
};

}  // namespace tally::http
