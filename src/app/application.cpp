#include "app/application.hpp"

#include "app/audience_health.hpp"
#include "app/route_access.hpp"
#include "base/log.hpp"
#include "net/spawn.hpp"

#include <ranges>

namespace tally::app {
namespace {

/// Answers under way get this long to leave when the program stops.
constexpr std::chrono::milliseconds flush_time{500};

/// What tells of the store. Analytics makes its figures once a second as it is.
bool is_of_control(std::string_view pattern) {
    return pattern.starts_with("/api/") && !pattern.starts_with("/api/analytics/");
}

bool is_delivery(std::string_view route) {
    return route.starts_with("GET /live/") || route.starts_with("GET /vod/");
}

}  // namespace

Application::Application(config::Settings settings, Storage storage)
    : settings_(std::move(settings)),
      storage_(std::move(storage)),
      runtime_(settings_.server.threads),
      options_{
          .auto_provision = settings_.channels.auto_provision,
          .record = settings_.recording.enabled,
          .open_on_loopback = settings_.auth.mode == config::AuthMode::open,
      },
      urls_{.host = settings_.server.public_host},
      library_(storage_.recordings(), disk_, clock_),
      streams_({
          .runtime = runtime_,
          .clock = clock_,
          .viewers = viewers_,
          .library = library_,
          .recorder = recorder_,
          .settings = settings_.live,
          .pictures = {.pictures = pictures_, .stills = stills_},
          .content = settings_.content,
      }),
      factory_(control::StreamKeys(storage_.secret), options_),
      cursors_(storage_.secret),
      replies_(*storage_.database, clock_, storage_.secret),
      snapshots_(clock_, [this] { return storage_.database->version(); }),
      channels_(*storage_.database, clock_, factory_),
      lifecycle_(runtime_.executor(0), *storage_.database, clock_, streams_),
      broadcasts_(*storage_.database, clock_, factory_, channels_, streams_, options_),
      schedule_(*storage_.database, clock_, factory_, channels_, lifecycle_),
      events_(settings_, storage_, clock_, runtime_),
      stream_service_(*storage_.database, clock_, factory_, channels_, streams_, lifecycle_),
      ingest_(*storage_.database, clock_, factory_, streams_, lifecycle_, options_),
      api_keys_(*storage_.database, clock_),
      gate_(
          *storage_.database,
          channels_.names(),
          clock_,
          {.reads = settings_.auth.reads_per_second, .writes = settings_.auth.writes_per_second}
      ),
      alerts_(*storage_.database, clock_),
      host_meter_({
          .clock = clock_,
          .disk = disk_,
          .recordings = storage_.recordings(),
          .connections = [this] { return rtmp_ ? rtmp_->connections() : 0; },
          .most_connections = settings_.limits.rtmp_connections,
          .refused_keys = [this] { return access_.refused_keys(); },
          .deliveries = [this] { return deliveries(); },
      }),
      health_monitor_(
          runtime_.executor(0),
          {
              .clock = clock_,
              .streams = streams_,
              .settings = settings_.live,
              .host = host_meter_,
              .audience = [this](const BroadcastId& id
                          ) { return audience_health(audience_.engine().snapshot(id.text())); },
          }
      ),
      health_(*storage_.database, clock_, health_monitor_),
      facts_(analytics::make_store(settings_.analytics.url, storage_.directory).value()),
      audience_({
          .runtime = runtime_,
          .clock = clock_,
          .storage = storage_,
          .facts = *facts_,
          .directory = viewers_,
          .broadcasts = broadcasts_,
          .classify = classify_with(settings_.analytics.geo),
          .claims = [this](
                        const http::Request& request, const cdn::LiveChannel& channel
                    ) { return guard_.claims(request, channel); },
      }),
      news_(
          runtime_.executor(0),
          {
              .clock = clock_,
              .database = *storage_.database,
              .audience = audience_.engine(),
              .health = health_monitor_,
              .node = settings_.server.public_host,
          }
      ),
      analytics_(
          *facts_,
          audience_.engine(),
          broadcasts_,
          alerts_,
          channels_.names(),
          cursors_,
          clock_,
          [this](const analytics::BroadcastInfo& broadcast) {
              news_.tell(finalized(broadcast, clock_.now()));
          }
      ),
      figures_(
          runtime_.executor(0),
          {
              .clock = clock_,
              .feed = events_.feed(),
              .health = health_monitor_,
              .audience = audience_.engine(),
              .answer = [this](
                            BroadcastId id, std::string_view kind
                        ) { return analytics_.answer(std::move(id), kind); },
          }
      ),
      tokens_(storage_.secret, clock_),
      catalogue_(channels_.names(), broadcasts_, streams_),
      thumbnails_(channels_.names(), streams_, pictures_, stills_, clock_),
      access_(ingest_, channels_.names(), streams_, guard_, clock_) {
    access_.tell(audience_);
    streams_.listen({
        .media_arrived = [this](StreamId stream) { lifecycle_.media_arrived(std::move(stream)); },
        .encoder_left =
            [this](StreamId stream, bool goodbye) { lifecycle_.encoder_left(std::move(stream), goodbye); },
        .media_refused = [this](StreamId stream
                         ) { lifecycle_.media_refused(std::move(stream), "unsupported_codec"); },
        .names_of = [this](const ChannelId& channel) { return channels_.names().names_of(channel); },
        .on_air =
            [this](const control::LiveStart& start) {
                if (settings_.server.has_role("analytics")) audience_.on_air(start);
            },
        .over = [this](const BroadcastId& broadcast) { audience_.over(broadcast); },
        .health_of = [this](const StreamId& stream) { return health_monitor_.status(stream); },
        .is_restricted =
            [this](const ChannelId& channel) {
                const auto entry = channels_.names().find(channel.text());
                return entry && is_restricted(entry->visibility);
            },
    });
    channels_.listen([this] { streams_.channels_changed(); });
}

Task<> Application::start() {
    co_await channels_.prepare();
    if (auto trusted = trust_proxies(); !trusted) co_return std::unexpected(trusted.error());
    if (auto opened = open_hooks(); !opened) co_return std::unexpected(opened.error());
    if (settings_.server.has_role("streaming")) {
        co_await lifecycle_.recover();
        net::spawn(runtime_.executor(0), "stream lifecycle", lifecycle_.run());
        health_monitor_.take_up(co_await alerts_.recover());
        net::spawn(runtime_.executor(0), "health monitor", health_monitor_.run({health_, alerts_}));
    }
    if (settings_.server.has_role("analytics")) {
        co_await audience_.start();
        net::spawn(runtime_.executor(0), "analytics reports", analytics_.run());
    }
    if (auto listening = listen(); !listening) co_return std::unexpected(listening.error());
    co_await events_.start(urls_);
    net::spawn(runtime_.executor(0), "live figures", figures_.run());
    net::spawn(runtime_.executor(0), "news", news_.run());
    if (settings_.demo.enabled) co_return co_await start_demo();
    co_return Result<>{};
}

Deliveries Application::deliveries() const {
    Deliveries sum;
    for (const auto& router : routers_ | std::views::values) {
        for (const auto& [route, totals] : router->totals()) {
            if (!is_delivery(route)) continue;
            sum.answered += totals.requests();
            sum.failed += totals.classes.back();
        }
    }
    return sum;
}

Result<std::uint16_t> Application::serve(
    const std::string& service, std::uint16_t port, std::shared_ptr<http::Router> router
) {
    if (settings_.auth.mode == config::AuthMode::required) router->protect(gate_, access_of);
    router->trust(proxies_);
    router->wrap(http::Method::post, [this](std::string_view, http::Handler handler) {
        return replies_.wrap(std::move(handler));
    });
    router->wrap(http::Method::get, [this](std::string_view pattern, http::Handler handler) {
        return is_of_control(pattern) ? snapshots_.wrap(std::move(handler)) : handler;
    });
    routers_.emplace(service, router);
    const http::Limits limits{.connections = settings_.limits.http_connections};
    TRY(auto server,
        http::Server::open(
            runtime_.executors(), settings_.server.bind, port, std::move(router), disk_, limits
        ));
    const auto bound = server->port();
    servers_.emplace(service, std::move(server));
    return bound;
}

Result<> Application::trust_proxies() {
    auto proxies = net::TrustedProxies::parse(settings_.server.trusted_proxies);
    if (!proxies)
        return fail(proxies.error().code, fmt::format("server.trusted_proxies: {}", proxies.error().context));
    proxies_ = *std::move(proxies);
    return {};
}

Result<> Application::open_hooks() {
    TRY(admission_, Admission::make(settings_.hooks, clock_));
    if (admission_) access_.ask(admission_->hooks());
    return {};
}

/// The ports that are bound are those that URLs name: routers are made once their ports are known.
Result<> Application::listen() {
    if (auto listening = listen_rtmp(); !listening) return listening;
    const auto& ports = settings_.ports;
    TRY(urls_.cdn_port, serve_role("cdn", ports.cdn, &Application::add_cdn_routes));
    TRY(urls_.analytics_port, serve_role("analytics", ports.analytics, &Application::add_analytics_routes));
    TRY(urls_.broadcast_port, serve_role("broadcast", ports.broadcast, &Application::add_broadcast_routes));
    TRY(urls_.streaming_port, serve_role("streaming", ports.streaming, &Application::add_streaming_routes));
    TRY(urls_.console_port, serve("tally", ports.console, console_router()));
    return {};
}

Result<> Application::listen_rtmp() {
    urls_.rtmp_port = settings_.ports.rtmp;
    if (!settings_.server.has_role("streaming")) return {};
    const rtmp::ServerOptions ingest{
        .address = settings_.server.bind,
        .port = settings_.ports.rtmp,
        .connections = settings_.limits.rtmp_connections,
    };
    TRY(rtmp_, rtmp::Server::open(runtime_.executors(), ingest, access_, clock_));
    urls_.rtmp_port = rtmp_->port();
    health_monitor_.set_ingest_url(urls_.rtmp("/live"));
    connection_tests_.emplace(rtmp_probe_, names_, clock_, own_ingest());
    return {};
}

/// Bound to every address, the RTMP port is reached on the loopback.
control::ConnectionTests::Ingest Application::own_ingest() const {
    auto address = asio::ip::make_address(settings_.server.bind);
    if (address.is_unspecified())
        address = address.is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                                  : asio::ip::address_v4::loopback();
    auto hosts = settings_.ingest.public_hosts;
    hosts.push_back(settings_.server.public_host);
    return {
        .hosts = std::move(hosts),
        .endpoint = {address, urls_.rtmp_port},
        .node = settings_.server.public_host,
    };
}

Task<> Application::start_demo() {
    if (!rtmp_) co_return fail(Errc::unsupported, "the demo needs the role streaming");
    const auto channel = co_await channels_.get("ch_001");
    if (!channel) co_return fail(Errc::not_found, "the demo needs channel ch_001, which was deleted");
    demo_ = std::make_unique<transcode::DemoPublisher>(
        fmt::format("rtmp://127.0.0.1:{}/live/{}", urls_.rtmp_port, channels_.key_of(*channel))
    );
    co_return Result<>{};
}

Async<> Application::stop() {
    for (const auto& server : servers_ | std::views::values)
        server->close();
    // Its thread may take a while to end, and a network thread never waits.
    co_await disk_.run([this]() -> Result<> {
        demo_.reset();
        return {};
    });
    if (rtmp_) rtmp_->close();
    co_await health_monitor_.close({health_, alerts_});
    co_await streams_.suspend();
    co_await audience_.stop();
    lifecycle_.close();
    analytics_.close();
    figures_.close();
    news_.close();
    events_.close();
    net::Timer flush(co_await asio::this_coro::executor, flush_time);
    co_await flush.async_wait(as_result);
}

std::string Application::welcome() const {
    const auto line = [](std::string_view what, const std::string& where) {
        return fmt::format("  {:<22} {}\n", what, where);
    };
    const auto local = [this](std::uint16_t port, std::string_view path) {
        return fmt::format("http://{}:{}{}", urls_.host, port, path);
    };
    const bool open = settings_.auth.mode == config::AuthMode::open;
    const std::string_view dial = open ? "  (from this machine no key is needed)" : "?key=STREAM_KEY";
    std::string text = "\nTally is running.\n\n" + line("Watch", local(urls_.console_port, "/watch/ch_001"));
    const auto& server = settings_.server;
    if (server.has_role("streaming"))
        text += line("Publish to", fmt::format("{}{}", urls_.rtmp("/live/ch_001"), dial));
    if (server.has_role("cdn")) text += line("HLS", urls_.hls("ch_001")) + line("DASH", urls_.dash("ch_001"));
    if (server.has_role("streaming"))
        text += line("Streaming API", local(urls_.streaming_port, "/api/streams"));
    if (server.has_role("broadcast"))
        text += line("Broadcast API", local(urls_.broadcast_port, "/api/broadcasts"));
    if (server.has_role("cdn")) text += line("CDN", local(urls_.cdn_port, "/health"));
    if (server.has_role("analytics")) text += line("Analytics API", local(urls_.analytics_port, "/health"));
    text += line("API reference", local(urls_.console_port, "/docs"));
    return text + line("Data", std::filesystem::absolute(storage_.directory).string()) + "\n";
}

}  // namespace tally::app
