// Which routes answer on which port.
#include "app/application.hpp"
#include "app/health.hpp"
#include "app/metrics.hpp"
#include "cdn/about_routes.hpp"
#include "cdn/live_routes.hpp"
#include "cdn/recording_routes.hpp"
#include "cdn/thumbnail_routes.hpp"
#include "cdn/time_route.hpp"
#include "cdn/vod_routes.hpp"
#include "control/alert/alert_routes.hpp"
#include "control/broadcast/broadcast_routes.hpp"
#include "control/broadcast/broadcast_view.hpp"
#include "control/channel/channel_routes.hpp"
#include "control/channel/channel_view.hpp"
#include "control/key/api_key_routes.hpp"
#include "control/playback/playback_routes.hpp"
#include "control/schedule/schedule_routes.hpp"
#include "control/stream/connection_tests_routes.hpp"
#include "control/stream/health_routes.hpp"
#include "control/stream/stream_routes.hpp"
#include "control/stream/stream_view.hpp"
#include "control/webhook/webhook_routes.hpp"

namespace tally::app {
namespace {

constexpr std::size_t most_alerts = 200;

HealthCheck store_check(sql::Database& database, const Clock& clock) {
    return {
        .name = "store",
        .run = [&](boost::json::object& details) -> Async<std::string> {
            if (auto trouble = database.trouble(); !trouble.empty()) co_return trouble;
            const auto asked = clock.monotonic();
            try {
                co_await database.read([](sql::Session& session) {
                    return session.rows("SELECT 1 AS one").size();
                });
            } catch (const sql::Unavailable& error) {
                co_return error.what();
            }
            const std::chrono::duration<double, std::milli> taken = clock.monotonic() - asked;
            details["latencyMs"] = taken.count();
            co_return "";
        },
    };
}

HealthCheck disk_check(const std::filesystem::path& directory) {
    return {
        .name = "disk",
        .run = [directory](boost::json::object& details) -> Async<std::string> {
            std::error_code error;
            const auto space = std::filesystem::space(directory, error);
            if (error) co_return error.message();
            details["freeBytes"] = space.available;
            co_return space.available < space.capacity / 10 ? "less than 10 % of the disk is free" : "";
        },
        .essential = false,
    };
}

/// The page for people, until there is a console.
Async<http::Response> to_first_channel(const http::Request& /*request*/) {
    http::Response response{.status = 302, .headers = {}, .body = {}};
    response.headers.add("Location", "/watch/ch_001");
    co_return response;
}

}  // namespace

/// What every service answers beside its own.
void Application::add_service_routes(http::Router& router, const std::string& service) {
    site_.add_reference(router, service);
    site_.add_assets(router);
    const auto store = storage_.database->workers();
    add_metrics_route(
        router,
        {.servers = servers_,
         .rtmp = rtmp_,
         .streams = streams_,
         .health = health_monitor_,
         .deliveries = events_.deliveries(),
         .workers = {&disk_, &recorder_, &pictures_, &names_, store[0], store[1]},
         .database = *storage_.database}
    );
    control::add_event_routes(router, events_.feed(), [this](std::string topic) {
        return snapshot(std::move(topic));
    });
    add_health_routes(
        router,
        {
            .service = service,
            .checks = {store_check(*storage_.database, clock_), disk_check(storage_.directory)},
            .load =
                [this] {
                    return boost::json::object{
                        {"activeStreams", streams_.count()},
                        {"rtmpConnections", rtmp_ ? rtmp_->connections() : 0},
                    };
                },
        },
        clock_
    );
}

/// Of a broadcast or channel.
Async<boost::json::value> Application::open_alerts(std::string id) {
    control::AlertFilter filter{.status = control::AlertSelection::active};
    if (id.starts_with("bc_"))
        filter.broadcast = BroadcastId::parse(id);
    else
        filter.channel = ChannelId::parse(id);
    if (!filter.broadcast && !filter.channel) co_return nullptr;
    boost::json::array open;
    const auto page = co_await alerts_.list(filter, {.limit = most_alerts});
    for (const auto& alert : page.items)
        open.push_back(control::alert_json(alert));
    co_return open;
}

/// What an event topic follows, as it is now.
Async<boost::json::value> Application::snapshot(std::string topic) {
    const auto colon = topic.find(':');
    const auto kind = topic.substr(0, colon);
    const auto id = topic.substr(colon + 1);
    if (kind == "channel") {
        if (const auto found = co_await channels_.get(id)) co_return control::channel_json(*found);
    } else if (kind == "broadcast") {
        if (const auto found = co_await broadcasts_.get(*BroadcastId::parse(id)))
            co_return control::broadcast_json(*found, urls_);
    } else if (kind == "stream") {
        if (const auto found = co_await stream_service_.get(*StreamId::parse(id)))
            co_return control::stream_json(*found, urls_);
    } else if (kind == "alerts") {
        co_return co_await open_alerts(id);
    }
    co_return nullptr;
}

void Application::add_streaming_routes(http::Router& router) {
    control::add_stream_routes(router, stream_service_, cursors_, tokens_, urls_);
    control::add_health_routes(router, health_);
    control::add_connection_test_route(router, *connection_tests_);
}

void Application::add_broadcast_routes(http::Router& router) {
    control::add_broadcast_routes(router, broadcasts_, cursors_, urls_, broadcast_includes());
    control::add_schedule_routes(router, schedule_, broadcasts_, cursors_, urls_);
    control::add_alert_routes(router, alerts_, cursors_, clock_);
    control::add_channel_routes(router, channels_, cursors_);
    control::add_readiness_route(router, channels_, readiness_checks());
    control::add_api_key_routes(router, api_keys_, cursors_, clock_);
    control::add_webhook_routes(router, events_.webhooks(), cursors_);
}

cdn::Vod Application::recordings() {
    return {
        .library = library_,
        .catalogue = catalogue_,
        .known = known_,
        .guard = guard_,
        .watch = audience_,
    };
}

void Application::add_cdn_routes(http::Router& router) {
    cdn::add_live_routes(
        router,
        {.directory = viewers_,
         .catalogue = catalogue_,
         .guard = guard_,
         .watch = audience_,
         .hook = admission_.get()}
    );
    audience_.add_delivery_routes(router);
    cdn::add_vod_routes(router, recordings());
    cdn::add_recording_routes(router, recordings(), urls_);
    cdn::add_thumbnail_routes(router, thumbnails_, guard_);
    cdn::add_about_routes(router, about_, guard_);
    cdn::add_time_route(router, clock_);
    control::add_playback_routes(router, channels_, broadcasts_, tokens_, urls_);
}

void Application::add_analytics_routes(http::Router& router) {
    analytics_.add_routes(router);
    audience_.add_routes(router);
}

/// The service's port, bound when this process has the role; otherwise another process answers there, or
/// nobody.
Result<std::uint16_t> Application::serve_role(
    const std::string& role, std::uint16_t port, AddRoutes add_routes
) {
    if (!settings_.server.has_role(role)) return port;
    auto router = std::make_shared<http::Router>();
    (this->*add_routes)(*router);
    add_service_routes(*router, role);
    return serve(role, port, std::move(router));
}

/// One origin for everything: the pages, and the paths of this process's services.
std::shared_ptr<http::Router> Application::console_router() {
    auto router = std::make_shared<http::Router>();
    const auto add = [&](std::string_view role, AddRoutes add_routes) {
        if (settings_.server.has_role(role)) (this->*add_routes)(*router);
    };
    add("streaming", &Application::add_streaming_routes);
    add("broadcast", &Application::add_broadcast_routes);
    add("cdn", &Application::add_cdn_routes);
    add("analytics", &Application::add_analytics_routes);
    site_.add_watch_pages(*router);
    router->add(http::Method::get, "/", to_first_channel);
    add_service_routes(*router, "tally");
    return router;
}

}  // namespace tally::app
