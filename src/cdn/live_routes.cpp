// Every answer comes from the newest snapshot of the channel's output; the store is asked only when there is
// none.
#include "cdn/live_routes.hpp"

#include "cdn/answers.hpp"
#include "cdn/playback_guard.hpp"

namespace tally::cdn {
namespace {

using Took = ViewerWatch::Took;
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

/// A first playlist with the player's name in it: for this player alone, where the rest is shared by all.
void personalise(Response& response, const package::Document& document, Took took, std::string_view query) {
    const auto* own = std::get_if<std::string>(&response.body);
    const auto text = own ? std::string_view(*own) : text_of(*document.text);
    auto personal = took == Took::first ? with_query(text, query) : with_location(text, query);
    http::Headers headers;
    headers.add("Content-Type", response.headers.get("Content-Type"));
    headers.add("Cache-Control", "no-store");
    response = {.status = 200, .headers = std::move(headers), .body = std::move(personal)};
}

std::uint64_t size_of(const http::Body& body) {
    if (const auto* text = std::get_if<std::string>(&body)) return text->size();
    if (const auto* bytes = std::get_if<SharedBytes>(&body)) return *bytes ? (*bytes)->size() : 0;
    return 0;
}

bool is_first(Took took) {
    return took == Took::first || took == Took::manifest;
}

/// The viewer's token, once nothing is in the way of watching.
Async<Outcome<std::string>> let_in(
    const Live& live, const Request& request, const LiveChannel& channel, Took took
) {
    auto token = admit(live.guard, channel, request);
    if (!token || !live.hook || !is_first(took)) co_return token;
    auto allowed = co_await live.hook->check(request, channel, took == Took::first ? "hls" : "dash");
    if (!allowed) co_return std::unexpected(std::move(allowed).error());
    co_return token;
}

/// Names the player in its first playlist, or in its first manifest.
void greet(
    Response& response,
    const Request& request,
    const LiveChannel& channel,
    const Snapshot& snapshot,
    ViewerWatch& watch,
    Took took,
    const std::string& token
) {
    auto query = watch.greet(request, channel, took);
    if (query.empty()) return;
    // The manifest is asked for again by what its Location says, which has to open it.
    if (took == Took::manifest && !token.empty()) query += "&token=" + percent_encode(token);
    personalise(response, took == Took::first ? snapshot.master : snapshot.manifest, took, query);
}

/// Where the channel is under its id, for who asked by another name.
void name_place(Response& response, const Request& request, const LiveChannel& live) {
    if (live.id.text() == request.parameter("channel")) return;
    const auto rest = request.path.substr(request.path.find('/', sizeof("/live/") - 1));
    response.headers.add("Content-Location", fmt::format("/live/{}{}", live.id.text(), rest));
}

Async<Response> no_media(Catalogue& catalogue, const Request& request) {
    const auto problem = co_await silence(catalogue, std::string(request.parameter("channel")));
    co_return to_response(problem ? *problem : unavailable(problem.error()).error(), request);
}

/// `answer` is called with the request, the channel's snapshot and the viewer's token, and gives
/// Outcome<Response>.
template <class Answer>
http::Handler on_air(const Live& live_side, Took took, Answer answer) {
    return [live_side, took, answer](const Request& request) -> Async<Response> {
        const auto live = live_side.directory.find(request.parameter("channel"));
        const auto snapshot = live ? live->output->snapshot() : nullptr;
        if (!snapshot) co_return co_await no_media(live_side.catalogue, request);
        const auto token = co_await let_in(live_side, request, *live, took);
        if (!token) co_return to_response(token.error(), request);
        Outcome<Response> answered = answer(request, *snapshot, *token);
        if (!answered) co_return to_response(answered.error(), request);
        if (live->restricted() || (live_side.hook && is_first(took))) make_private(*answered);
        if (is_first(took)) greet(*answered, request, *live, *snapshot, live_side.watch, took, *token);
        live_side.watch.took(request, *live, took, size_of(answered->body));
        name_place(*answered, request, *live);
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

void add_live_routes(http::Router& router, const Live& live) {
    const auto add = [&](std::string_view path, Took took, auto answer) {
        router.add(http::Method::get, path, on_air(live, took, answer));
    };
    const auto add_below = [&](std::string_view path, Took took, auto answer) {
        add(path, took, answer);
        add(with_token(path), took, answer);
    };
    add("/live/{channel}/playlist.m3u8", Took::first, master);
    add("/live/{channel}/manifest.mpd", Took::manifest, manifest);
    add_below("/live/{channel}/{rendition}/playlist.m3u8", Took::playlist, playlist);
    add_below("/live/{channel}/{rendition}/init_{n}.mp4", Took::media, init_segment);
    add_below("/live/{channel}/{rendition}/segment_{n}.m4s", Took::media, segment);
}

}  // namespace tally::cdn
