#include "control/key/known_keys.hpp"

#include "base/log.hpp"
#include "control/crypto.hpp"
#include "control/key/api_key_repository.hpp"

namespace tally::control {
namespace {

constexpr std::size_t most_known = 4096;
constexpr std::chrono::seconds fresh{5};
constexpr std::chrono::minutes use_interval{1};

/// Written now and then: a row for each request would make every read a write.
bool is_use_worth_noting(const ApiKey& key, Time now) {
    return !key.last_used_at || now - *key.last_used_at >= use_interval;
}

}  // namespace

Async<KnownKeys::CallerPtr> KnownKeys::find(std::string hash) {
    auto known = kept(hash);
    if (!known || clock_.monotonic() - known->asked >= fresh) {
        try {
            known = co_await ask(hash);
        } catch (const sql::Unavailable&) {
            if (!known) throw;
        }
    }
    if (known->expires_at && *known->expires_at <= clock_.now()) co_return nullptr;
    co_return known->caller;
}

std::optional<KnownKeys::Known> KnownKeys::kept(const std::string& hash) {
    const std::scoped_lock lock(mutex_);
    const auto found = known_.find(hash);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
}

Async<KnownKeys::Known> KnownKeys::ask(std::string hash) {
    const auto key = co_await database_.read([hash](sql::Session& session) {
        return ApiKeyRepository(session).find_by_hash(hash);
    });
    Known known{.caller = nullptr, .expires_at = {}, .asked = clock_.monotonic()};
    const auto now = clock_.now();
    if (key && equal_in_constant_time(key->secret_hash, hash) &&
        status_of(*key, now) != ApiKeyStatus::revoked) {
        known.caller = std::make_shared<const http::Caller>(caller_of(*key));
        known.expires_at = key->expires_at;
    }
    keep(hash, known);
    if (known.caller && is_use_worth_noting(*key, now)) {
        co_await database_.transact([id = key->id, now](sql::Session& session) {
            ApiKeyRepository(session).note_use(id, now);
            return true;
        });
    }
    co_return known;
}

/// Guesses are not kept: they would push out the keys that are in use.
void KnownKeys::keep(const std::string& hash, const Known& known) {
    const std::scoped_lock lock(mutex_);
    if (!known.caller) {
        known_.erase(hash);
        return;
    }
    if (known_.size() >= most_known && !known_.contains(hash)) known_.erase(known_.begin());
    known_.insert_or_assign(hash, known);
}

}  // namespace tally::control
