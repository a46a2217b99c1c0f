#include "app/application.hpp"

#include "app/route_access.hpp"
#include "base/log.hpp"
#include "net/spawn.hpp"

namespace tally::app {
namespace {

/// Answers under way get this long to leave when the program stops.
constexpr std::chrono::milliseconds flush_time{500};

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
      }),
      factory_(control::StreamKeys(storage_.secret), options_),
      cursors_(storage_.secret),
      replies_(*storage_.database, clock_, storage_.secret),
      channels_(*storage_.database, clock_, factory_),
      lifecycle_(runtime_.executor(0), *storage_.database, clock_, streams_),
      broadcasts_(*storage_.database, clock_, factory_, channels_, streams_, options_),
      schedule_(*storage_.database, clock_, factory_, channels_, lifecycle_),
      stream_service_(*storage_.database, clock_, factory_, channels_, streams_, lifecycle_),
      ingest_(*storage_.database, clock_, factory_, streams_, lifecycle_, options_),
      api_keys_(*storage_.database, clock_),
      gate_(
          *storage_.database,
          channels_.names(),
          clock_,
          {.reads = settings_.auth.reads_per_second, .writes = settings_.auth.writes_per_second}
      ),
      health_monitor_(runtime_.executor(0), clock_, streams_, settings_.live),
      health_(*storage_.database, clock_, health_monitor_),
      analytics_(storage_.directory, broadcasts_, channels_.names(), clock_),
      catalogue_(channels_.names(), broadcasts_, streams_),
      thumbnails_(channels_.names(), streams_, pictures_, clock_),
      access_(ingest_, channels_.names(), streams_, clock_) {
    streams_.listen({
        .media_arrived = [this](StreamId stream) { lifecycle_.media_arrived(std::move(stream)); },
        .encoder_left =
            [this](StreamId stream, bool goodbye) { lifecycle_.encoder_left(std::move(stream), goodbye); },
        .media_refused = [this](StreamId stream
                         ) { lifecycle_.media_refused(std::move(stream), "unsupported_codec"); },
        .names_of = [this](const ChannelId& channel) { return channels_.names().names_of(channel); },
        .health_of = [this](const StreamId& stream) { return health_monitor_.status(stream); },
    });
}

Task<> Application::start() {
    co_await channels_.prepare();
    co_await lifecycle_.recover();
    net::spawn(runtime_.executor(0), "stream lifecycle", lifecycle_.run());
    if (auto trusted = trust_proxies(); !trusted) co_return std::unexpected(trusted.error());
    net::spawn(runtime_.executor(0), "health monitor", health_monitor_.run(health_));
    net::spawn(runtime_.executor(0), "analytics reports", analytics_.run());
    if (auto listening = listen(); !listening) co_return std::unexpected(listening.error());
    if (settings_.demo.enabled) co_return co_await start_demo();
    co_return Result<>{};
}

Result<std::uint16_t> Application::serve(
    const std::string& service, std::uint16_t port, std::shared_ptr<http::Router> router
) {
    if (settings_.auth.mode == config::AuthMode::required) router->protect(gate_, access_of);
    router->trust(proxies_);
    router->wrap(http::Method::post, [this](http::Handler handler) {
        return replies_.wrap(std::move(handler));
    });
    routers_.emplace(service, router);
    const http::Limits limits{.connections = settings_.limits.http_connections};
    TRY(auto server,
        http::Server::open(
            runtime_.executors(), settings_.server.bind, port, std::move(router), disk_, limits
        ));
    servers_.push_back(std::move(server));
    return servers_.back()->port();
}

Result<> Application::trust_proxies() {
    auto proxies = net::TrustedProxies::parse(settings_.server.trusted_proxies);
    if (!proxies)
        return fail(proxies.error().code, fmt::format("server.trusted_proxies: {}", proxies.error().context));
    proxies_ = *std::move(proxies);
    return {};
}

/// The ports that are bound are those that URLs name: routers are made once their ports are known.
Result<> Application::listen() {
    const rtmp::ServerOptions ingest{
        .address = settings_.server.bind,
        .port = settings_.ports.rtmp,
        .connections = settings_.limits.rtmp_connections,
    };
    TRY(rtmp_, rtmp::Server::open(runtime_.executors(), ingest, access_, clock_));
    urls_.rtmp_port = rtmp_->port();
    connection_tests_.emplace(rtmp_probe_, names_, clock_, own_ingest());
    TRY(urls_.cdn_port, serve("cdn", settings_.ports.cdn, cdn_router()));
    TRY(urls_.analytics_port, serve("analytics", settings_.ports.analytics, analytics_router()));
    TRY(urls_.broadcast_port, serve("broadcast", settings_.ports.broadcast, broadcast_router()));
    TRY(urls_.streaming_port, serve("streaming", settings_.ports.streaming, streaming_router()));
    TRY(urls_.console_port, serve("tally", settings_.ports.console, console_router()));
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
    const auto channel = co_await channels_.get("ch_001");
    if (!channel) co_return fail(Errc::not_found, "the demo needs channel ch_001, which was deleted");
    demo_ = std::make_unique<transcode::DemoPublisher>(
        fmt::format("rtmp://127.0.0.1:{}/live/{}", urls_.rtmp_port, channels_.key_of(*channel))
    );
    co_return Result<>{};
}

Async<> Application::stop() {
    for (const auto& server : servers_)
        server->close();
    // Its thread may take a while to end, and a network thread never waits.
    co_await disk_.run([this]() -> Result<> {
        demo_.reset();
        return {};
    });
    if (rtmp_) rtmp_->close();
    co_await health_monitor_.close(health_);
    co_await streams_.suspend();
    lifecycle_.close();
    analytics_.close();
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
    return "\nTally is running.\n\n" + line("Watch", local(urls_.console_port, "/watch/ch_001")) +
           line("Publish to", fmt::format("{}{}", urls_.rtmp("/live/ch_001"), dial)) +
           line("HLS", urls_.hls("ch_001")) + line("DASH", urls_.dash("ch_001")) +
           line("Streaming API", local(urls_.streaming_port, "/api/streams")) +
           line("Broadcast API", local(urls_.broadcast_port, "/api/broadcasts")) +
           line("CDN", local(urls_.cdn_port, "/health")) +
           line("Analytics API", local(urls_.analytics_port, "/health")) +
           line("Data", std::filesystem::absolute(storage_.directory).string()) + "\n";
}

}  // namespace tally::app
