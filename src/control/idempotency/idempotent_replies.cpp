#include "control/idempotency/idempotent_replies.hpp"

#include "base/log.hpp"
#include "control/idempotency/kept_answer.hpp"
#include "control/reply.hpp"
#include "http/access.hpp"

namespace tally::control {

namespace {

constexpr std::size_t longest_key = 255;
constexpr std::chrono::hours kept{24};
/// Longer than any request takes. Whoever carried it out is gone then, and the next one may.
constexpr std::chrono::seconds longest_work{60};

/// An answer as it is kept.
struct Reply {
    unsigned status = 0;
    std::vector<std::vector<std::string>> headers;  // name and value
    std::string body;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (status, headers, body))

/// Answers of a known size; a refusal that time alone lifts is none to keep.
bool is_kept(const http::Response& response) {
    return response.status < 500 && response.status != 429 &&
           std::holds_alternative<std::string>(response.body);
}

std::unexpected<Problem> key_reuse() {
    return http::problem(
        422, "idempotency_key_reuse", "This Idempotency-Key was used for another request: make a new one."
    );
}

std::unexpected<Problem> in_progress() {
    auto refusal = http::problem(
        409, "idempotency_in_progress", "The request with this Idempotency-Key is still being carried out."
    );
    refusal.error().retry_after = 1;
    return refusal;
}

std::string digest(std::string_view text) {
    return to_hex(sha256(text));
}

}  // namespace

class IdempotentReplies::ClaimedAnswer final : public AnswerKeeper {
public:
    ClaimedAnswer(const IdempotentReplies& replies, Claim claim)
        : replies_(replies),
          claim_(std::move(claim)) {}

    void keep(sql::Session& session, const http::Response& response) const override {
        ClaimRepository claims(session);
        if (!claims.holds(claim_)) throw sql::Unavailable("store: this request took too long");
        claims.finish(claim_, replies_.seal(claim_, response));
    }

private:
    const IdempotentReplies& replies_;
    Claim claim_;
};

http::Handler IdempotentReplies::wrap(http::Handler handler) {
    return [this, handler = std::move(handler)](const http::Request& request) -> Async<http::Response> {
        if (request.header("Idempotency-Key").empty()) return handler(request);
        return answer(handler, request);
    };
}

Async<http::Response> IdempotentReplies::answer(const http::Handler& handler, const http::Request& request) {
    const auto work = [this, &handler](const http::Request& asked) -> Async<Outcome<http::Response>> {
        CO_TRY(const auto wanted, claim_of(asked));
        const auto holder = co_await take(wanted);
        if (holder.fingerprint != wanted.fingerprint) co_return key_reuse();
        if (holder.reply) co_return replay(holder);
        if (holder.claim != wanted.claim) co_return in_progress();
        co_return co_await carry_out(holder, handler, asked);
    };
    // The handler's own failures are answered inside it.
    co_return co_await control::handler(work)(request);
}

Outcome<Claim> IdempotentReplies::claim_of(const http::Request& request) const {
    const auto key = request.header("Idempotency-Key");
    if (key.size() > longest_key)
        return validation_failed({{"/Idempotency-Key", "too_long", "must be 255 bytes at most"}});
    const auto caller = request.caller ? request.caller->id : "";
    const auto now = clock_.now();
    return Claim{
        .id = digest(fmt::format("{}\n{}", caller, key)),
        .fingerprint = digest(fmt::format("{}?{}\n{}", request.path, request.query, request.body)),
        .claim = random_token(16),
        .claimed_at = now,
        .expires_at = now + kept,
        .reply = {},
    };
}

Async<Claim> IdempotentReplies::take(const Claim& wanted) {
    co_return co_await database_.transact([&](sql::Session& session) {
        ClaimRepository claims(session);
        claims.forget_expired(wanted.claimed_at);
        return claims.take(wanted, wanted.claimed_at - longest_work);
    });
}

Async<http::Response> IdempotentReplies::carry_out(
    const Claim& claim, const http::Handler& handler, const http::Request& request
) {
    auto claimed = request;
    claimed.context = std::make_shared<const ClaimedAnswer>(*this, claim);
    std::exception_ptr bug;
    std::optional<http::Response> response;
    try {
        response = co_await handler(claimed);
    } catch (...) {
        bug = std::current_exception();
    }
    co_await settle(claim, response && is_kept(*response) ? &*response : nullptr);
    if (bug) std::rethrow_exception(bug);
    co_return *std::move(response);
}

/// The work is done whatever becomes of its note: a store that fails here changes nothing for the client.
Async<> IdempotentReplies::settle(const Claim& claim, const http::Response* response) try {
    co_await database_.transact([&](sql::Session& session) {
        ClaimRepository claims(session);
        if (response)
            claims.finish(claim, seal(claim, *response));
        else
            claims.give_up(claim);
        return true;
    });
} catch (const sql::Unavailable& error) {
    log::warn("idempotency.not_noted", {{"error", error.what()}});
}

std::string IdempotentReplies::seal(const Claim& claim, const http::Response& response) const {
    Reply reply{.status = response.status, .headers = {}, .body = std::get<std::string>(response.body)};
    for (const auto& [name, value] : response.headers)
        reply.headers.push_back({name, value});
    return secret_.seal(claim.id, json::write(reply));
}

http::Response IdempotentReplies::replay(const Claim& claim) const {
    const auto text = secret_.unseal(claim.id, *claim.reply);
    const auto reply = text ? json::read<Reply>(*text) : std::unexpected(json::FieldErrors());
    if (!reply) throw sql::Unavailable("store: a kept answer cannot be read: was the secret replaced?");
    http::Response response{.status = reply->status, .headers = {}, .body = reply->body};
    for (const auto& header : reply->headers)
        if (header.size() == 2) response.headers.add(header[0], header[1]);
    response.headers.set("Idempotent-Replayed", "true");
    return response;
}

}  // namespace tally::control
