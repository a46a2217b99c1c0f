#include "control/key/key_gate.hpp"

#include "control/crypto.hpp"
#include "http/ascii.hpp"

namespace tally::control {
namespace {

/// Wrong keys of one address.
constexpr RateLimit::Rule guesses{.uses = 60, .period = std::chrono::seconds(60)};
constexpr int retry_seconds = 2;

/// RFC 6750 section 2.1; empty when there is none.
std::string_view bearer_token(std::string_view header) {
    constexpr std::string_view scheme = "Bearer ";
    if (!http::equals_ignoring_case(header.substr(0, scheme.size()), scheme)) return {};
    return header.substr(scheme.size());
}

std::unexpected<Problem> rate_limited(std::string detail, int wait) {
    auto refusal = http::problem(429, "rate_limited", std::move(detail));
    refusal.error().retry_after = wait;
    return refusal;
}

std::unexpected<Problem> channel_not_allowed(std::string_view detail) {
    return http::problem(403, "channel_not_allowed", std::string(detail));
}

/// RFC 6750 section 3.
std::string challenge(const Problem& refusal) {
    std::string challenge = "Bearer realm=\"tally\"";
    if (refusal.code == "invalid_api_key") challenge += ", error=\"invalid_token\"";
    if (const auto* scope = refusal.extra.if_contains("requiredScope"))
        challenge +=
            fmt::format(", error=\"insufficient_scope\", scope=\"{}\"", std::string_view(scope->as_string()));
    return challenge;
}

}  // namespace

KeyGate::KeyGate(
    sql::Database& database, const ChannelNames& names, const Clock& clock, RequestRates::Rule rates
)
    : clock_(clock),
      keys_(database, clock),
      channels_(database, names),
      rates_(rates),
      failures_(guesses) {}

Async<http::Admission> KeyGate::admit(http::Access access, http::Request& request) {
    http::Admission admission;
    try {
        auto checked = co_await check(access, request, admission.headers);
        if (!checked) admission.refusal = std::move(checked).error();
    } catch (const sql::Unavailable&) {
        admission.refusal = Problem{
            .status = 503,
            .code = "store_unavailable",
            .detail = "The key cannot be checked now: nothing was changed. Try again.",
            .retry_after = retry_seconds,
        };
    }
    if (admission.refusal &&
        (admission.refusal->status == 401 || admission.refusal->code == "insufficient_scope"))
        admission.headers.add("WWW-Authenticate", challenge(*admission.refusal));
    co_return admission;
}

Async<Outcome<void>> KeyGate::check(http::Access access, http::Request& request, http::Headers& headers) {
    CO_TRY(const auto caller, co_await authenticate(request));
    request.caller = caller;
    const bool writes = request.method != http::Method::get && request.method != http::Method::head;
    auto taken = rates_.take(caller->id, writes, clock_.monotonic());
    headers = std::move(taken.headers);
    if (!taken.allowed) co_return rate_limited("The key has used up its requests of this second.", 1);
    if (!caller->may(*access.scope)) co_return insufficient_scope(*access.scope);
    if (auto allowed = co_await check_channels(access.subject, *caller, request); !allowed) co_return allowed;
    co_return Outcome<void>();
}

Async<Outcome<KeyGate::CallerPtr>> KeyGate::authenticate(const http::Request& request) {
    const auto token = bearer_token(request.header("Authorization"));
    if (token.empty())
        co_return http::problem(
            401, "authentication_required", "Send an API key: Authorization: Bearer tk_live_..."
        );
    const auto hash = to_hex(sha256(token));
    const std::string peer(request.peer);
    const auto now = clock_.monotonic();
    // Who guesses does not lock out the keys that are in use behind the same address.
    if (const auto wait = failures_.wait(peer, now); wait > wait.zero() && !keys_.knows(hash))
        co_return rate_limited("Too many wrong keys came from this address.", static_cast<int>(wait.count()));
    auto caller = co_await keys_.find(hash);
    if (caller) co_return caller;
    failures_.take(peer, now);
    co_return http::problem(401, "invalid_api_key", "The API key is unknown, expired or revoked.");
}

Async<Outcome<void>> KeyGate::check_channels(
    http::Subject subject, const http::Caller& caller, const http::Request& request
) const {
    if (caller.channels.empty() || subject == http::Subject::none) co_return Outcome<void>();
    if (subject == http::Subject::everything)
        co_return channel_not_allowed("This is about all channels, and the key is limited to some.");
    const auto named = co_await channels_.of(subject, request);
    if (named.empty() && subject == http::Subject::query)
        co_return channel_not_allowed("The key is limited to some channels: name one by ?channelId=.");
    for (const auto& channel : named)
        if (!caller.reaches(channel)) co_return channel_not_allowed("The key is not for this channel.");
    co_return Outcome<void>();
}

}  // namespace tally::control
