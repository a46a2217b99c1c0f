// The order of refusals: unknown, revoked, not recorded, not over yet.
#include "cdn/vod_access.hpp"

namespace tally::cdn {
namespace {

constexpr int retry_while_live = 5;  // seconds

std::unexpected<Problem> revoked(const BroadcastId& broadcast) {
    return http::problem(
        410, "recording_deleted", fmt::format("Broadcast {} was revoked.", broadcast.text())
    );
}

/// `find` asks the catalogue, or what is known of it.
template <class Find>
Async<Outcome<BroadcastFacts>> find_for_viewer(Vod vod, const Request& request, Find find) {
    const auto name = request.parameter("broadcast");
    const auto id = BroadcastId::parse(name);
    if (!id) co_return broadcast_not_found(name);
    auto found = co_await find(*id);
    if (!found) co_return unavailable(found.error());
    auto facts = *std::move(found);
    if (!facts) co_return broadcast_not_found(name);
    if (facts->restricted) {
        auto allowed = vod.guard.check(token_of(request), request.peer, facts->channel, facts->id);
        if (!allowed) co_return std::unexpected(std::move(allowed).error());
    }
    co_return *std::move(facts);
}

}  // namespace

Async<Outcome<BroadcastFacts>> find_broadcast(Vod vod, const Request& request) {
    return find_for_viewer(vod, request, [vod](const BroadcastId& id) {
        return vod.catalogue.find_broadcast(id);
    });
}

Async<Outcome<BroadcastFacts>> find_watched(Vod vod, const Request& request) {
    const auto find = [vod](const BroadcastId& id) { return vod.known.find(id); };
    CO_TRY(auto facts, co_await find_for_viewer(vod, request, find));
    if (facts.phase == BroadcastFacts::Phase::revoked) co_return revoked(facts.id);
    co_return facts;
}

Async<Outcome<BroadcastFacts>> find_recorded(Vod vod, const Request& request, std::string_view not_ready) {
    CO_TRY(auto facts, co_await find_broadcast(vod, request));
    if (facts.phase == BroadcastFacts::Phase::revoked) co_return revoked(facts.id);
    if (!facts.recording) co_return no_recording({Errc::not_found, {}}, facts.id.text());
    if (facts.phase == BroadcastFacts::Phase::over) co_return facts;
    auto refusal = http::problem(
        404, std::string(not_ready), fmt::format("Broadcast {} is not over yet.", facts.id.text())
    );
    refusal.error().retry_after = retry_while_live;
    refusal.error().extra = {{"progress", 0.0}};
    co_return refusal;
}

std::unexpected<Problem> no_recording(const Error& error, std::string_view broadcast) {
    if (error.code != Errc::not_found) return unavailable(error);
    return http::problem(
        404, "not_recorded", fmt::format("Of broadcast {} there is no recording.", broadcast)
    );
}

}  // namespace tally::cdn
