#include "control/key/api_key_repository.hpp"

namespace tally::control {

std::optional<ApiKey> ApiKeyRepository::find(const ApiKeyId& id) {
    return session_.find<ApiKey>("select * from api_keys where id = :id", {{"id", id}});
}

std::optional<ApiKey> ApiKeyRepository::find_by_hash(const std::string& hash) {
    return session_.find<ApiKey>("select * from api_keys where secret_hash = :hash", {{"hash", hash}});
}

Page<ApiKey> ApiKeyRepository::list(const PageRequest& request) {
    return Selection("api_keys", "created_at").page<ApiKey>(session_, request, [](const ApiKey& each) {
        return each.created_at;
    });
}

void ApiKeyRepository::note_use(const ApiKeyId& id, Time now) {
    session_.execute("update api_keys set last_used_at = :now where id = :id", {{"now", now}, {"id", id}});
}

}  // namespace tally::control
