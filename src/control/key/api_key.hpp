// An API key: what a program shows to be let in. Its secret is given once, and only its hash is kept.
#pragma once

#include "control/columns.hpp"
#include "http/access.hpp"

#include <boost/describe/class.hpp>

namespace tally {

struct ApiKeyKind {
    static constexpr std::string_view prefix = "key";
};

using ApiKeyId = Id<ApiKeyKind>;

}  // namespace tally

namespace tally::control {

enum class ApiKeyStatus : std::uint8_t { active, expiring, revoked };
BOOST_DESCRIBE_ENUM(ApiKeyStatus, active, expiring, revoked)

/// A row of `api_keys`.
struct ApiKey {
    ApiKeyId id;
    std::string name;
    std::string prefix;       // of the secret, for people to know it by
    std::string secret_hash;  // SHA-256: the secret has 256 random bits, so no salt is needed
    std::vector<std::string> scopes;
    std::vector<ChannelId> channel_ids;  // empty: all
    Time created_at;
    std::optional<Time> last_used_at;  // to the minute
    std::optional<Time> expires_at;
    std::optional<Time> revoked_at;
};
BOOST_DESCRIBE_STRUCT(
    ApiKey,
    (),
    (id, name, prefix, secret_hash, scopes, channel_ids, created_at, last_used_at, expires_at, revoked_at)
)

/// `expiring` in its last week, `revoked` from its expiry on.
ApiKeyStatus status_of(const ApiKey& key, Time now);
http::Caller caller_of(const ApiKey& key);
/// As the API prints it: without the hash.
json::object api_key_json(const ApiKey& key, Time now);

}  // namespace tally::control
