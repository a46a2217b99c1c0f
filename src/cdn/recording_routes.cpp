// Answers for every known broadcast, also for one that is never recorded.
#include "cdn/recording_routes.hpp"

#include "cdn/recording_document.hpp"
#include "json/text.hpp"

namespace tally::cdn {

Async<Outcome<RecordingDocument>> describe_recording(
    Vod vod, const BroadcastFacts& facts, const http::PublicUrls& urls
) {
    std::shared_ptr<const record::Recording> on_disk;
    if (facts.recording) {
        const auto entry = co_await vod.library.open(facts.id);
        if (entry)
            on_disk = entry->recording;
        else if (entry.error().code != Errc::not_found)
            co_return unavailable(entry.error());
    }
    co_return describe(facts, on_disk.get(), urls);
}

namespace {

Async<Outcome<Response>> recording(Vod vod, const http::PublicUrls& urls, const Request& request) {
    CO_TRY(const auto facts, co_await find_broadcast(vod, request));
    CO_TRY(const auto document, co_await describe_recording(vod, facts, urls));
    Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "max-age=1");
    auto text = json::write(document);
    response.headers.add("ETag", fmt::format("\"{:016x}\"", std::hash<std::string>{}(text)));
    response.body = std::move(text);
    co_return response;
}

}  // namespace

void add_recording_routes(http::Router& router, Vod vod, http::PublicUrls urls) {
    const auto handler = [vod, urls = std::move(urls)](const Request& request) -> Async<Response> {
        auto answered = co_await recording(vod, urls, request);
        co_return answered ? *std::move(answered) : to_response(answered.error(), request);
    };
    router.add(http::Method::get, "/api/recordings/{broadcast}", handler);
}

}  // namespace tally::cdn
