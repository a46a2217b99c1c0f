// Which routes answer on which port.
#include "app/application.hpp"
#include "app/health.hpp"
#include "cdn/live_routes.hpp"
#include "cdn/recording_routes.hpp"
#include "cdn/thumbnail_routes.hpp"
#include "cdn/time_route.hpp"
#include "cdn/vod_routes.hpp"
#include "control/broadcast/broadcast_routes.hpp"
#include "control/channel/channel_routes.hpp"
#include "control/key/api_key_routes.hpp"
#include "control/schedule/schedule_routes.hpp"
#include "control/stream/connection_tests_routes.hpp"
#include "control/stream/health_routes.hpp"
#include "control/stream/stream_routes.hpp"

namespace tally::app {
namespace {

HealthCheck store_check(sql::Database& database, const Clock& clock) {
    return {
        .name = "store",
        .run = [&](boost::json::object& details) -> Async<std::string> {
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
    add_health_routes(
        router,
        {
            .service = service,
            .checks = {store_check(*storage_.database, clock_), disk_check(storage_.directory)},
            .load =
                [this] {
                    return boost::json::object{
                        {"activeStreams", streams_.count()},
                        {"rtmpConnections", rtmp_->connections()},
                    };
                },
        },
        clock_
    );
}

std::shared_ptr<http::Router> Application::streaming_router() {
    auto router = std::make_shared<http::Router>();
    control::add_stream_routes(*router, stream_service_, cursors_, urls_);
    control::add_health_routes(*router, health_);
    control::add_connection_test_route(*router, *connection_tests_);
    add_service_routes(*router, "streaming");
    return router;
}

std::shared_ptr<http::Router> Application::broadcast_router() {
    auto router = std::make_shared<http::Router>();
    control::add_broadcast_routes(*router, broadcasts_, cursors_, urls_, broadcast_includes());
    control::add_schedule_routes(*router, schedule_, broadcasts_, cursors_, urls_);
    control::add_channel_routes(*router, channels_, cursors_);
    control::add_readiness_route(*router, channels_, readiness_checks());
    control::add_api_key_routes(*router, api_keys_, cursors_, clock_);
    add_service_routes(*router, "broadcast");
    return router;
}

void Application::add_cdn_routes(http::Router& router) {
    const cdn::Vod vod{.library = library_, .catalogue = catalogue_};
    cdn::add_live_routes(router, viewers_, catalogue_);
    cdn::add_vod_routes(router, vod);
    cdn::add_recording_routes(router, vod, urls_);
    cdn::add_thumbnail_routes(router, thumbnails_);
    cdn::add_time_route(router, clock_);
}

std::shared_ptr<http::Router> Application::cdn_router() {
    auto router = std::make_shared<http::Router>();
    add_cdn_routes(*router);
    add_service_routes(*router, "cdn");
    return router;
}

std::shared_ptr<http::Router> Application::analytics_router() {
    auto router = std::make_shared<http::Router>();
    analytics_.add_routes(*router);
    add_service_routes(*router, "analytics");
    return router;
}

/// One origin for everything: the pages, and the paths of all four services.
std::shared_ptr<http::Router> Application::console_router() {
    auto router = std::make_shared<http::Router>();
    control::add_stream_routes(*router, stream_service_, cursors_, urls_);
    control::add_health_routes(*router, health_);
    control::add_connection_test_route(*router, *connection_tests_);
    control::add_broadcast_routes(*router, broadcasts_, cursors_, urls_, broadcast_includes());
    control::add_schedule_routes(*router, schedule_, broadcasts_, cursors_, urls_);
    control::add_channel_routes(*router, channels_, cursors_);
    control::add_readiness_route(*router, channels_, readiness_checks());
    control::add_api_key_routes(*router, api_keys_, cursors_, clock_);
    analytics_.add_routes(*router);
    add_cdn_routes(*router);
    site_.add_watch_pages(*router);
    router->add(http::Method::get, "/", to_first_channel);
    add_service_routes(*router, "tally");
    return router;
}

}  // namespace tally::app
