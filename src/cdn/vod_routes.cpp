// Playlists and MP4 files ask the catalogue whether the broadcast is over; the segments that playlists name
// go straight to the recording, once it is known that the viewer may watch it.
#include "cdn/vod_routes.hpp"

#include "record/piece_source.hpp"

namespace tally::cdn {
namespace {

constexpr std::string_view recording_not_ready = "recording_not_ready";
constexpr std::string_view download_not_ready = "download_not_ready";
constexpr std::uint64_t preview_count = 3;

/// "720p", and as the same "720" and "1280x720" (API A14).
bool is_called(const record::Rendition& rendition, std::string_view name) {
    if (rendition.name == name) return true;
    if (rendition.inits.empty()) return false;
    const auto* video = std::get_if<codec::VideoFormat>(rendition.inits.front().format.get());
    if (video == nullptr) return false;
    return name == fmt::to_string(video->height) || name == fmt::format("{}x{}", video->width, video->height);
}

Outcome<const record::Rendition*> find_rendition(const Request& request, const record::Recording& recording) {
    const auto name = request.parameter("resolution");
    for (const auto& rendition : recording.renditions())
        if (is_called(rendition, name)) return &rendition;
    boost::json::array available;
    for (const auto& rendition : recording.renditions())
        available.emplace_back(rendition.name);
    auto refusal =
        http::problem(404, "resolution_not_found", fmt::format("The recording has no rendition {}.", name));
    refusal.error().extra = {{"availableResolutions", std::move(available)}};
    return refusal;
}

/// A recording that has media.
Async<Outcome<record::Library::Entry>> open(Vod vod, BroadcastId broadcast) {
    auto entry = co_await vod.library.open(broadcast);
    if (!entry) co_return no_recording(entry.error(), broadcast.text());
    if (!entry->recording->playable()) co_return no_recording({Errc::not_found, {}}, broadcast.text());
    co_return *std::move(entry);
}

Async<Outcome<Response>> master(Vod vod, const Request& request) {
    CO_TRY(const auto facts, co_await find_recorded(vod, request, recording_not_ready));
    CO_TRY(const auto entry, co_await open(vod, facts.id));
    const auto& master = entry.presentation->master;
    if (facts.restricted) co_return tokened_document(master, media_type::hls, token_of(request));
    co_return document_answer(master, media_type::hls, caching::recorded, request);
}

Async<Outcome<Response>> playlist(Vod vod, const Request& request) {
    CO_TRY(const auto facts, co_await find_recorded(vod, request, recording_not_ready));
    CO_TRY(const auto entry, co_await open(vod, facts.id));
    CO_TRY(const auto* rendition, find_rendition(request, *entry.recording));
    const auto& document = entry.presentation->playlists.at(rendition->name);
    co_return document_answer(document, media_type::hls, caching::recorded, request);
}

Response stretch(const record::Rendition& rendition, std::uint64_t offset, std::uint64_t size) {
    std::vector<record::Piece> pieces{{.file = rendition.media, .offset = offset, .size = size}};
    auto source = std::make_shared<const record::PieceSource>(Bytes(), std::move(pieces));
    return media_answer(std::move(source), media_type_of(rendition.kind));
}

/// `find` gives the Init or Segment of a rendition with the number of the path, or null.
template <class Find>
Async<Outcome<Response>> file(Vod vod, const Request& request, Find find) {
    CO_TRY(const auto facts, co_await find_watched(vod, request));
    CO_TRY(const auto entry, co_await open(vod, facts.id));
    CO_TRY(const auto* rendition, find_rendition(request, *entry.recording));
    const auto number = number_parameter(request, "n");
    const auto* found = number ? find(*rendition, *number) : nullptr;
    if (found == nullptr) co_return media_not_found(request.path);
    vod.watch.took_recorded(request, facts, found->size);
    co_return stretch(*rendition, found->offset, found->size);
}

Async<Outcome<Response>> init_segment(Vod vod, const Request& request) {
    return file(vod, request, [](const record::Rendition& rendition, std::uint64_t number) {
        return rendition.init(number);
    });
}

Async<Outcome<Response>> segment(Vod vod, const Request& request) {
    return file(vod, request, [](const record::Rendition& rendition, std::uint64_t number) {
        return rendition.segment(number);
    });
}

Response movie_answer(record::Movie movie) {
    Response response;
    response.headers.add("Content-Type", media_type::video);
    response.headers.add("Cache-Control", caching::recorded);
    response.headers.add("ETag", movie.etag);
    response.body = std::move(movie.source);
    return response;
}

Async<Outcome<Response>> preview(Vod vod, const Request& request) {
    CO_TRY(const auto facts, co_await find_recorded(vod, request, recording_not_ready));
    const auto number = number_parameter(request, "n");
    if (!number || *number < 1 || *number > preview_count) {
        auto refusal = http::problem(404, "preview_not_found", "Previews are numbered from 1 to 3.");
        refusal.error().extra = {{"available", {1, 2, 3}}};
        co_return refusal;
    }
    auto movie = co_await vod.library.preview(facts.id, static_cast<std::size_t>(*number - 1));
    if (!movie) co_return no_recording(movie.error(), facts.id.text());
    co_return movie_answer(*std::move(movie));
}

/// With the title as the name, for clients that know RFC 6266; the id for the others.
std::string attachment(const BroadcastFacts& facts) {
    const auto& id = facts.id.text();
    return fmt::format(
        "attachment; filename=\"{}.mp4\"; filename*=UTF-8''{}.mp4",
        id,
        percent_encode(facts.title.empty() ? id : facts.title)
    );
}

Async<Outcome<Response>> download(Vod vod, const Request& request) {
    CO_TRY(const auto facts, co_await find_recorded(vod, request, download_not_ready));
    auto movie = co_await vod.library.download(facts.id);
    if (!movie) co_return no_recording(movie.error(), facts.id.text());
    auto response = movie_answer(*std::move(movie));
    response.headers.add("Content-Disposition", attachment(facts));
    co_return response;
}

}  // namespace

void add_vod_routes(http::Router& router, Vod vod) {
    const auto add = [&](std::string_view path, auto answer) {
        router.add(http::Method::get, path, [vod, answer](const Request& request) -> Async<Response> {
            auto answered = co_await answer(vod, request);
            if (!answered) co_return to_response(answered.error(), request);
            if (!token_of(request).empty()) make_private(*answered);
            co_return *std::move(answered);
        });
    };
    const auto add_below = [&](std::string_view path, auto answer) {
        add(path, answer);
        add(with_token(path), answer);
    };
    add("/vod/{broadcast}/master.m3u8", master);
    add_below("/vod/{broadcast}/{resolution}/playlist.m3u8", playlist);
    add_below("/vod/{broadcast}/{resolution}/init_{n}.mp4", init_segment);
    add_below("/vod/{broadcast}/{resolution}/segment_{n}.m4s", segment);
    add("/vod/{broadcast}/preview_{n}.mp4", preview);
    add("/downloads/{broadcast}.mp4", download);
}

}  // namespace tally::cdn
