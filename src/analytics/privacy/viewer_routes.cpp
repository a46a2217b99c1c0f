#include "analytics/privacy/viewer_routes.hpp"

#include "http/problem.hpp"
#include "json/text.hpp"

#include <boost/describe/enum_to_string.hpp>

namespace tally::analytics {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;
using http::Request;
using http::Response;

Response json_answer(const object& document) {
    Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", "no-store");
    response.body = json::print(document);
    return response;
}

Response unavailable(const Request& request) {
    http::Problem away{
        .status = 503, .code = "analytics_unavailable", .detail = "The views cannot be reached just now."
    };
    away.retry_after = 1;
    return to_response(away, request);
}

template <class Enum>
std::string_view text_of_enum(Enum value) {
    return boost::describe::enum_to_string(value, "");
}

/// API 1.2, ViewerSession.
object document_of(const SessionFacts& facts) {
    const auto& where = facts.dimensions;
    const auto& counters = facts.counters;
    return {
        {"sid", key_text(facts.session)},
        {"broadcastId", facts.broadcast.text()},
        {"viewerKey", key_text(facts.viewer)},
        {"startedAt", to_rfc3339(facts.started)},
        {"lastSeenAt", to_rfc3339(facts.last_seen)},
        {"endedAt", facts.ended ? value(to_rfc3339(*facts.ended)) : value(nullptr)},
        {"protocol", text_of_enum(where.protocol)},
        {"device", object{{"type", where.device}, {"os", where.os}, {"browser", where.browser}}},
        {"geo", object{{"country", where.country}, {"region", where.region}, {"city", where.city}}},
        {"asn", where.asn},
        {"playMs", counters.play_ms},
        {"rebufferMs", counters.rebuffer_ms},
        {"rebufferCount", counters.rebuffers},
        {"startupMs", facts.startup_ms ? value(*facts.startup_ms) : value(nullptr)},
        {"bitrateMsKbps", counters.bitrate_kbps_ms},
        {"switches", object{{"up", counters.switches_up}, {"down", counters.switches_down}}},
        {"droppedFrames", counters.dropped_frames},
        {"errors", counters.errors},
        {"exit", text_of_enum(facts.exit)},
        {"validity", text_of_enum(facts.validity)},
    };
}

Async<Response> show(const Request& request, FactStore& store, const Keys& keys) {
    const auto viewer = keys.viewer(request.parameter("viewerId"));
    const auto sessions = co_await store.sessions_of(viewer);
    if (!sessions) co_return unavailable(request);
    array items;
    for (const auto& facts : *sessions)
        items.push_back(document_of(facts));
    co_return json_answer({{"viewerKey", key_text(viewer)}, {"items", std::move(items)}});
}

/// Live views first: otherwise the engine would write them again.
Async<Response> erase(const Request& request, Engine& engine, FactStore& store, const Keys& keys) {
    const auto viewer = keys.viewer(request.parameter("viewerId"));
    co_await engine.erase_viewer(viewer);
    const auto erased = co_await store.erase_viewer(viewer);
    if (!erased) co_return unavailable(request);
    co_return json_answer({{"viewerKey", key_text(viewer)}, {"erasedViews", *erased}});
}

object privacy_document() {
    return {
        {"purpose", "Counting audiences and measuring how well broadcasts play."},
        {"collected",
         array{
             "country, region, city and network of the address, cut to /24 (IPv4) or /48 (IPv6)",
             "device type, operating system, browser and player, from the User-Agent",
             "what the player reports of playing: times, stalls, bitrates, errors",
             "age band, gender and language, only where the integrator signs them with the viewer's consent",
         }},
        {"notCollected",
         array{"whole addresses", "the ids of viewers", "the User-Agent", "fingerprints", "texts of chats"}},
        {"identifiers",
         "Viewers and views are HMACs with a key of this server. Without consent, or with Sec-GPC, a viewer "
         "is known for "
         "one view alone."},
        {"retentionDays", object{{"views", 30}, {"minutes", 90}}},
        {"erasure", "DELETE /api/analytics/viewers/{viewerId}"},
    };
}

}  // namespace

void add_viewer_routes(http::Router& router, Engine& engine, FactStore& store, const Keys& keys) {
    router.add(http::Method::get, "/api/analytics/viewers/{viewerId}", [&](const Request& request) {
        return show(request, store, keys);
    });
    router.add(http::Method::del, "/api/analytics/viewers/{viewerId}", [&](const Request& request) {
        return erase(request, engine, store, keys);
    });
    router.add(
        http::Method::get,
        "/api/analytics/privacy",
        [](const Request& /*request*/) -> Async<Response> { co_return json_answer(privacy_document()); }
    );
}

}  // namespace tally::analytics
