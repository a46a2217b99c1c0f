// The whole of Tally in one process: every part made, connected, started and stopped in order.
#pragma once

#include "app/about.hpp"
#include "app/admission.hpp"
#include "app/analytics.hpp"
#include "app/audience.hpp"
#include "app/catalogue.hpp"
#include "app/events.hpp"
#include "app/health_monitor.hpp"
#include "app/live_figures.hpp"
#include "app/live_streams.hpp"
#include "app/news.hpp"
#include "app/playback_access.hpp"
#include "app/rtmp_access.hpp"
#include "app/rtmp_probe.hpp"
#include "app/storage.hpp"
#include "app/thumbnails.hpp"
#include "cdn/known_broadcasts.hpp"
#include "cdn/vod_access.hpp"
#include "config/settings.hpp"
#include "control/broadcast/broadcast_includes.hpp"
#include "control/channel/readiness.hpp"
#include "control/cursors.hpp"
#include "control/idempotency/idempotent_replies.hpp"
#include "control/key/api_key_service.hpp"
#include "control/key/key_gate.hpp"
#include "control/lifecycle/stream_lifecycle.hpp"
#include "control/schedule/schedule_service.hpp"
#include "control/stream/connection_tests.hpp"
#include "control/stream/stream_service.hpp"
#include "http/public_urls.hpp"
#include "http/server.hpp"
#include "http/shared_answers.hpp"
#include "rtmp/server.hpp"
#include "transcode/demo_publisher.hpp"
#include "web/site.hpp"

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace tally::app {

class Application {
public:
    Application(config::Settings settings, Storage storage);

    /// Goes on with what a previous process left running, then lets viewers and encoders in. An error is one
    /// line: a port in use.
    Task<> start();
    /// Ends what is live for this process and flushes it to disk; in the store it stays live, for the next.
    Async<> stop();

    net::Runtime& runtime() { return runtime_; }

    /// Of the HTTP ports, by their services, once start() has succeeded.
    const std::map<std::string, std::shared_ptr<const http::Router>>& routers() const { return routers_; }

    /// For people: where to watch, publish and call.
    std::string welcome() const;

private:
    Result<> listen();
    Result<> trust_proxies();
    Result<> open_hooks();
    Result<std::uint16_t> serve(
        const std::string& service, std::uint16_t port, std::shared_ptr<http::Router> router
    );
    Deliveries deliveries() const;
    Task<> start_demo();
    control::ConnectionTests::Ingest own_ingest() const;

    // The services, by roles.
    using AddRoutes = void (Application::*)(http::Router&);
    Result<> listen_rtmp();
    Result<std::uint16_t> serve_role(const std::string& role, std::uint16_t port, AddRoutes add_routes);
    std::shared_ptr<http::Router> console_router();
    void add_streaming_routes(http::Router& router);
    void add_broadcast_routes(http::Router& router);
    void add_cdn_routes(http::Router& router);
    void add_analytics_routes(http::Router& router);
    std::vector<control::ReadinessCheck> readiness_checks();
    control::BroadcastIncludes broadcast_includes();
    /// What their routes are made with.
    cdn::Vod recordings();
    Async<boost::json::value> snapshot(std::string topic);
    Async<boost::json::value> open_alerts(std::string id);
    void add_service_routes(http::Router& router, const std::string& service);

    // What every part is made from.
    const config::Settings settings_;
    const Clock& clock_ = system_clock();
    Storage storage_;
    net::Runtime runtime_;
    control::Options options_;
    http::PublicUrls urls_;
    net::TrustedProxies proxies_;
    WorkerPool disk_{"disk", 4, 4096};
    WorkerPool recorder_{"recorder", 1, 65'536};
    Stills stills_;
    WorkerPool pictures_{"pictures", 1, 512};
    WorkerPool names_{"names", 2, 16};
    web::Site site_;

    // Live media and what it leaves.
    record::Library library_;
    cdn::LiveDirectory viewers_;
    LiveStreams streams_;

    // Control.
    control::ChannelFactory factory_;
    control::Cursors cursors_;
    control::IdempotentReplies replies_;
    http::SharedAnswers snapshots_;
    control::ChannelService channels_;
    control::StreamLifecycle lifecycle_;
    control::BroadcastService broadcasts_;
    control::ScheduleService schedule_;
    Events events_;
    control::StreamService stream_service_;
    control::IngestService ingest_;
    control::ApiKeyService api_keys_;
    control::KeyGate gate_;
    control::AlertService alerts_;
    HostMeter host_meter_;
    HealthMonitor health_monitor_;
    control::HealthService health_;

    std::unique_ptr<analytics::Store> facts_;
    Audience audience_;
    News news_;
    Analytics analytics_;
    LiveFigures figures_;

    // The ways in and out.
    control::PlaybackTokens tokens_;
    PlaybackAccess guard_{tokens_};
    Catalogue catalogue_;
    cdn::KnownBroadcasts known_{catalogue_, clock_};
    AboutSource about_{channels_, broadcasts_};
    Thumbnails thumbnails_;
    std::unique_ptr<Admission> admission_;  // null: no hook is set
    RtmpAccess access_;
    std::optional<rtmp::Server> rtmp_;  // with the role streaming
    RtmpProbe rtmp_probe_{clock_};
    std::optional<control::ConnectionTests> connection_tests_;  // made once the RTMP port is known
    std::map<std::string, std::shared_ptr<const http::Router>> routers_;
    std::map<std::string, std::unique_ptr<http::Server>> servers_;  // by service
    std::unique_ptr<transcode::DemoPublisher> demo_;
};

}  // namespace tally::app
