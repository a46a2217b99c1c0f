// Use cases of API keys, one transaction each.
#pragma once

#include "control/idempotency/kept_answer.hpp"
#include "control/key/api_key_repository.hpp"
#include "control/problems.hpp"
#include "sql/database.hpp"

namespace tally::control {

struct NewApiKey {
    std::string name;
    std::vector<std::string> scopes;
    std::vector<std::string> channel_ids{};  // ids or slugs; none: all channels
    std::optional<Time> expires_at{};
};
BOOST_DESCRIBE_STRUCT(NewApiKey, (), (name, scopes, channel_ids, expires_at))

struct CreatedApiKey {
    ApiKey key;
    std::string secret;  // "tk_live_" and 256 random bits; shown to who made it, and kept by nobody
};

class ApiKeyService {
public:
    ApiKeyService(sql::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

    Async<Outcome<CreatedApiKey>> create(NewApiKey request, Alongside<CreatedApiKey> alongside = {});
    Async<Outcome<ApiKey>> get(ApiKeyId id);
    Async<Page<ApiKey>> list(PageRequest page);
    /// For good. Repeating is harmless. Requests notice within seconds.
    Async<Outcome<ApiKey>> revoke(ApiKeyId id);

private:
    sql::Database& database_;
    const Clock& clock_;
};

}  // namespace tally::control
