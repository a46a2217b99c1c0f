// API keys in the store.
#pragma once

#include "control/key/api_key.hpp"
#include "control/page.hpp"

namespace tally::control {

class ApiKeyRepository {
public:
    explicit ApiKeyRepository(sql::Session& session) : session_(session) {}

    std::optional<ApiKey> find(const ApiKeyId& id);
    std::optional<ApiKey> find_by_hash(const std::string& hash);
    Page<ApiKey> list(const PageRequest& request);

    void insert(const ApiKey& key) { session_.insert("api_keys", key); }

    void update(const ApiKey& key) { session_.update("api_keys", key); }

    void note_use(const ApiKeyId& id, Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
