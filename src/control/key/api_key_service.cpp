#include "control/key/api_key_service.hpp"

#include "control/channel/channel_repository.hpp"
#include "control/crypto.hpp"

namespace tally::control {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::size_t shown_prefix = 12;
constexpr std::size_t most_channels = 100;

json::FieldErrors check(const NewApiKey& request, Time now) {
    json::Checks checks;
    checks.length("/name", request.name, 1, 100);
    checks.require(!request.scopes.empty(), "/scopes", "required", "must name at least one scope");
    http::Scopes known;
    for (std::size_t i = 0; i < request.scopes.size(); ++i)
        checks.require(
            known.add(request.scopes[i]),
            fmt::format("/scopes/{}", i),
            "invalid_value",
            "must be one of " + http::scope_texts()
        );
    const bool few = request.channel_ids.size() <= most_channels;
    checks.require(few, "/channelIds", "too_long", fmt::format("must be {} at most", most_channels));
    const bool ahead = !request.expires_at || *request.expires_at > now;
    checks.require(ahead, "/expiresAt", "out_of_range", "must be in the future");
    return checks.take();
}

std::unexpected<Problem> no_key(const ApiKeyId& id) {
    return control::not_found("api_key", id.text());
}

}  // namespace

Async<Outcome<CreatedApiKey>> ApiKeyService::create(NewApiKey request, Alongside<CreatedApiKey> alongside) {
    const auto now = clock_.now();
    if (auto errors = check(request, now); !errors.empty()) co_return validation_failed(std::move(errors));
    const auto secret = "tk_live_" + random_token(secret_bytes);
    ApiKey key{
        .id = ApiKeyId::make(now),
        .name = request.name,
        .prefix = secret.substr(0, shown_prefix),
        .secret_hash = to_hex(sha256(secret)),
        .scopes = request.scopes,
        .channel_ids = {},
        .created_at = now,
        .last_used_at = {},
        .expires_at = request.expires_at,
        .revoked_at = {},
    };
    co_return co_await database_.transact([=](sql::Session& session) mutable -> Outcome<CreatedApiKey> {
        for (const auto& name : request.channel_ids) {
            const auto channel = ChannelRepository(session).resolve(name);
            if (!channel) return control::not_found("channel", name);
            key.channel_ids.push_back(channel->id);
        }
        ApiKeyRepository(session).insert(key);
        return write_alongside<CreatedApiKey>(session, CreatedApiKey{key, secret}, alongside);
    });
}

Async<Outcome<ApiKey>> ApiKeyService::get(ApiKeyId id) {
    co_return co_await database_.read([=](sql::Session& session) -> Outcome<ApiKey> {
        if (auto key = ApiKeyRepository(session).find(id)) return *std::move(key);
        return no_key(id);
    });
}

Async<Page<ApiKey>> ApiKeyService::list(PageRequest page) {
    co_return co_await database_.read([page = std::move(page)](sql::Session& session) {
        return ApiKeyRepository(session).list(page);
    });
}

Async<Outcome<ApiKey>> ApiKeyService::revoke(ApiKeyId id) {
    co_return co_await database_.transact([this, id](sql::Session& session) -> Outcome<ApiKey> {
        ApiKeyRepository keys(session);
        auto key = keys.find(id);
        if (!key) return no_key(id);
        if (!key->revoked_at) {
            key->revoked_at = clock_.now();
            keys.update(*key);
        }
        return *std::move(key);
    });
}

}  // namespace tally::control
