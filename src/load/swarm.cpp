#include "load/swarm.hpp"

#include "load/dash_viewer.hpp"
#include "load/hls_viewer.hpp"
#include "load/rtmp_viewer.hpp"
#include "net/resolve.hpp"
#include "net/signal.hpp"
#include "net/spawn.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <atomic>
#include <csignal>

namespace tally::load {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t rtmp_port = 1935;
constexpr Milliseconds resolve_limit{5000};
constexpr std::chrono::seconds farewell_limit{5};

struct Destination {
    std::string host;
    std::uint16_t port = 0;
    std::string authority;
    std::string target;
};

Result<Destination> parse_destination(const SwarmOptions& options) {
    const bool rtmp = options.protocol == Protocol::rtmp;
    const std::string_view scheme = rtmp ? "rtmp" : "http";
    const auto parsed = boost::urls::parse_uri(options.url);
    if (!parsed || std::string_view(parsed->scheme()) != scheme)
        return fail(Errc::malformed, fmt::format("\"{}\" is no {} URL", options.url, scheme));
    const auto otherwise = rtmp ? rtmp_port : http_port;
    return Destination{
        .host = parsed->host_address(),
        .port = parsed->has_port() && parsed->port_number() != 0 ? parsed->port_number() : otherwise,
        .authority = std::string(parsed->encoded_authority()),
        .target = parsed->encoded_target().empty() ? "/" : std::string(parsed->encoded_target()),
    };
}

std::unique_ptr<Viewer> make_viewer(Protocol protocol, Seat seat) {
    switch (protocol) {
        case Protocol::dash:
            return std::make_unique<DashViewer>(std::move(seat));
        case Protocol::rtmp:
            return std::make_unique<RtmpViewer>(std::move(seat));
        case Protocol::hls:
            break;
    }
    return std::make_unique<HlsViewer>(std::move(seat));
}

/// What lives on one thread.
struct Crew {
    Executor executor;
    Report report;
    std::vector<std::unique_ptr<Viewer>> viewers;
};

class Swarm {
public:
    Swarm(SwarmOptions options, Destination destination)
        : options_(std::move(options)),
          destination_(std::move(destination)) {
        for (const auto& executor : runtime_.executors())
            crews_.push_back(std::make_unique<Crew>(Crew{executor, {}, {}}));
    }

    Result<Outcome> run(const std::function<void(const Outcome&)>& on_second) {
        Result<Outcome> outcome;
        net::spawn(runtime_.executor(0), "swarm", lead(on_second, outcome));
        runtime_.run();
        return outcome;
    }

private:
    Async<> lead(const std::function<void(const Outcome&)>& on_second, Result<Outcome>& outcome) {
        const auto addresses = co_await net::resolve(names_, destination_.host, resolve_limit);
        if (!addresses) {
            outcome = std::unexpected(addresses.error());
            runtime_.stop();
            co_return;
        }
        begun_ = system_clock().monotonic();
        const Server server{{addresses->front(), destination_.port}, destination_.authority};
        for (std::size_t i = 0; i < crews_.size(); ++i)
            net::spawn(crews_[i]->executor, "crew", muster(*crews_[i], server, i));
        net::spawn(runtime_.executor(0), "interrupt", watch_signals());
        net::Timer timer(runtime_.executor(0));
        for (auto next = begun_; next - begun_ < options_.duration && !interrupted_;) {
            next = std::min(next + std::chrono::seconds(1), begun_ + options_.duration);
            timer.expires_at(next);
            co_await timer.async_wait(as_result);
            if (next - begun_ < options_.duration && !interrupted_) on_second(co_await gather());
        }
        outcome = co_await gather();
        if (options_.reports) {
            co_await see_off();
            outcome->report.reports = (co_await gather()).report.reports;
        }
        runtime_.stop();
    }

    /// The crew's share of the viewers: every n-th, each at its moment of the ramp.
    Async<> muster(Crew& crew, Server server, std::size_t first) {
        net::Timer timer(crew.executor);
        for (auto i = first; i < options_.viewers; i += crews_.size()) {
            timer.expires_at(begun_ + options_.ramp * i / options_.viewers);
            co_await timer.async_wait(as_result);
            const Seat seat{crew.executor, server, destination_.target, options_.reports, crew.report};
            crew.viewers.push_back(make_viewer(options_.protocol, seat));
            net::spawn(crew.executor, "viewer", crew.viewers.back()->run());
        }
    }

    /// The viewers take their leave, as far as the server lets them in time.
    Async<> see_off() {
        gone_ = 0;
        for (const auto& crew : crews_)
            net::spawn(crew->executor, "farewell", dismiss(*crew));
        net::Timer timer(runtime_.executor(0));
        const auto limit = system_clock().monotonic() + farewell_limit;
        while (gone_ < crews_.size() && system_clock().monotonic() < limit) {
            timer.expires_after(std::chrono::milliseconds(10));
            co_await timer.async_wait(as_result);
        }
    }

    Async<> dismiss(Crew& crew) {
        for (const auto& viewer : crew.viewers)
            co_await viewer->leave();
        ++gone_;
    }

    Async<> watch_signals() {
        asio::basic_signal_set<Executor> signals(runtime_.executor(0), SIGINT, SIGTERM);
        co_await signals.async_wait(as_result);
        interrupted_ = true;
    }

    /// Each crew sums up on its own thread.
    Async<Outcome> gather() {
        Outcome outcome;
        for (const auto& crew : crews_)
            outcome.report.merge(co_await asio::co_spawn(crew->executor, sum_up(*crew), use_awaitable));
        outcome.took = std::chrono::duration_cast<Milliseconds>(system_clock().monotonic() - begun_);
        co_return outcome;
    }

    static Async<Report> sum_up(Crew& crew) {
        auto report = crew.report;
        const auto now = system_clock().monotonic();
        for (const auto& viewer : crew.viewers) {
            auto& playback = viewer->playback();
            playback.advance(now);
            report.add(playback);
        }
        co_return report;
    }

    SwarmOptions options_;
    Destination destination_;
    WorkerPool names_{"names", 1, 4};
    std::vector<std::unique_ptr<Crew>> crews_;
    Instant begun_;
    bool interrupted_ = false;
    std::atomic<std::size_t> gone_ = 0;  // crews that took their leave
    net::Runtime runtime_;               // goes first: viewers are suspended in its threads
};

}  // namespace

Protocol protocol_of(std::string_view url) {
    if (url.starts_with("rtmp://")) return Protocol::rtmp;
    return url.substr(0, url.find('?')).ends_with(".mpd") ? Protocol::dash : Protocol::hls;
}

Result<Outcome> run_swarm(
    const SwarmOptions& options, const std::function<void(const Outcome& so_far)>& on_second
) {
    TRY(auto destination, parse_destination(options));
    // Viewers stay suspended in the middle of their work: the process ends with them.
    auto* swarm = new Swarm(options, std::move(destination));
    return swarm->run(on_second);
}

}  // namespace tally::load
