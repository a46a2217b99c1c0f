// Every answer comes from the newest snapshot of the channel's output; the store is asked only when there is
// none.
#include "cdn/live_routes.hpp"

#include "cdn/answers.hpp"
#include "cdn/playback_guard.hpp"

namespace tally::cdn {
namespace {

using package::RenditionSnapshot;
using package::Snapshot;

/// Why a channel has nothing to play.
Task<Problem> silence(Catalogue& catalogue, std::string channel) {
    CO_TRY(const auto known, co_await catalogue.find_channel(channel));
    if (!known) co_return channel_not_found(channel).error();
    auto problem =
        http::problem(404, "channel_offline", fmt::format("Channel {} is not on air.", channel)).error();
    problem.retry_after = 2;
    co_return problem;
}

/// The token of a viewer who may watch; "" for a public channel.
Outcome<std::string> admit(const PlaybackGuard& guard, const LiveChannel& live, const Request& request) {
    if (!live.restricted()) return {};
    auto token = token_of(request);
    if (auto allowed = guard.check(token, request.peer, live.id, live.broadcast); !allowed)
        return std::unexpected(std::move(allowed).error());
    return token;
}

/// `answer` is called with the request, the channel's snapshot and the viewer's token, and gives
/// Outcome<Response>.
template <class Answer>
http::Handler on_air(
    const LiveDirectory& directory, Catalogue& catalogue, const PlaybackGuard& guard, Answer answer
) {
    return [&directory, &catalogue, &guard, answer](const Request& request) -> Async<Response> {
        const auto channel = request.parameter("channel");
        const auto live = directory.find(channel);
        const auto snapshot = live ? live->output->snapshot() : nullptr;
        if (!snapshot) {
            const auto problem = co_await silence(catalogue, std::string(channel));
            co_return to_response(problem ? *problem : unavailable(problem.error()).error(), request);
        }
        const auto token = admit(guard, *live, request);
        if (!token) co_return to_response(token.error(), request);
        Outcome<Response> answered = answer(request, *snapshot, *token);
        if (!answered) co_return to_response(answered.error(), request);
        if (live->restricted()) make_private(*answered);
        if (live->id.text() != channel) {
            const auto rest = request.path.substr(request.path.find('/', sizeof("/live/") - 1));
            answered->headers.add("Content-Location", fmt::format("/live/{}{}", live->id.text(), rest));
        }
        co_return *std::move(answered);
    };
}

Outcome<const RenditionSnapshot*> find_rendition(const Request& request, const Snapshot& snapshot) {
    const auto found = snapshot.renditions.find(request.parameter("rendition"));
    if (found != snapshot.renditions.end()) return found->second.get();
    boost::json::array available;
    for (const auto& [name, rendition] : snapshot.renditions)
        available.emplace_back(name);
    auto refusal = http::problem(404, "rendition_not_found", "The channel has no such rendition.");
    refusal.error().extra = {{"availableRenditions", std::move(available)}};
    return refusal;
}

Outcome<Response> master(const Request& request, const Snapshot& snapshot, std::string_view token) {
    if (!token.empty()) return tokened_document(snapshot.master, media_type::hls, token);
    return document_answer(snapshot.master, media_type::hls, caching::playlist, request);
}

Outcome<Response> manifest(const Request& request, const Snapshot& snapshot, std::string_view token) {
    if (!token.empty()) return tokened_document(snapshot.manifest, media_type::dash, token);
    return document_answer(snapshot.manifest, media_type::dash, caching::playlist, request);
}

Outcome<Response> playlist(const Request& request, const Snapshot& snapshot, std::string_view /*token*/) {
    TRY(const auto* rendition, find_rendition(request, snapshot));
    return document_answer(rendition->playlist, media_type::hls, caching::playlist, request);
}

Outcome<Response> init_segment(const Request& request, const Snapshot& snapshot, std::string_view /*token*/) {
    TRY(const auto* rendition, find_rendition(request, snapshot));
    const auto number = number_parameter(request, "n");
    if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return media_not_found(request.path);
    const auto found = rendition->inits.find(static_cast<std::uint32_t>(*number));
    if (found == rendition->inits.end()) return media_not_found(request.path);
    return media_answer(found->second.bytes, media_type_of(rendition->rendition.kind));
}

Outcome<Response> segment(const Request& request, const Snapshot& snapshot, std::string_view /*token*/) {
    TRY(const auto* rendition, find_rendition(request, snapshot));
    const auto number = number_parameter(request, "n");
    if (!number) return media_not_found(request.path);
    const auto& segments = rendition->segments;
    const auto number_of = [](const package::SegmentPtr& segment) { return segment->number; };
    const auto found = std::ranges::lower_bound(segments, *number, {}, number_of);
    const bool there = found != segments.end() && (*found)->number == *number && (*found)->bytes;
    if (!there) return media_not_found(request.path);
    return media_answer((*found)->bytes, media_type_of(rendition->rendition.kind));
}

}  // namespace

void add_live_routes(
    http::Router& router, const LiveDirectory& directory, Catalogue& catalogue, const PlaybackGuard& guard
) {
    const auto add = [&](std::string_view path, auto answer) {
        router.add(http::Method::get, path, on_air(directory, catalogue, guard, answer));
    };
    const auto add_below = [&](std::string_view path, auto answer) {
        add(path, answer);
        add(with_token(path), answer);
    };
    add("/live/{channel}/playlist.m3u8", master);
    add("/live/{channel}/manifest.mpd", manifest);
    add_below("/live/{channel}/{rendition}/playlist.m3u8", playlist);
    add_below("/live/{channel}/{rendition}/init_{n}.mp4", init_segment);
    add_below("/live/{channel}/{rendition}/segment_{n}.m4s", segment);
}

}  // namespace tally::cdn
