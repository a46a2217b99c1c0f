#include "control/stream/connection_tests.hpp"

#include "http/ascii.hpp"
#include "net/resolve.hpp"

#include <algorithm>

namespace tally::control {

namespace {

constexpr std::size_t longest_url = 2048;
constexpr std::uint16_t rtmp_port = 1935;
constexpr std::uint16_t https_port = 443;  // where RTMP hides from firewalls
constexpr Milliseconds budget{5000};
constexpr RateLimit::Rule ten_a_minute{.uses = 10, .period = std::chrono::seconds(60)};

double in_ms(Instant::duration took) {
    return static_cast<double>(std::chrono::round<std::chrono::microseconds>(took).count()) / 1000;
}

std::unexpected<Problem> too_often(std::chrono::seconds wait) {
    return std::unexpected(Problem{
        .status = 429,
        .code = "rate_limited",
        .detail = "Connections are tested ten times a minute at most for each client.",
        .retry_after = static_cast<int>(wait.count()),
    });
}

/// What speaks against trying at all.
std::optional<TestError> objection(Protocol protocol, const IngestUrl& url) {
    const auto name = json::TextForm<Protocol>::print(protocol);
    if (protocol_of_scheme(url.scheme) != protocol)
        return TestError{
            TestErrorCode::url_protocol_mismatch,
            fmt::format("An address that starts with {}:// is not one for {}.", url.scheme, name),
            std::nullopt
        };
    if (protocol != Protocol::rtmp)
        return TestError{
            TestErrorCode::handshake_failed,
            fmt::format("This server has no {} ingest yet, and tests RTMP alone.", name),
            std::nullopt
        };
    return std::nullopt;
}

std::unexpected<TestError> not_located(TestErrorCode code, std::string message) {
    return std::unexpected(TestError{code, std::move(message), TestStep::resolve});
}

TestErrorCode code_of(Errc failure, TestStep step) {
    if (failure == Errc::timed_out) return TestErrorCode::timeout;
    if (step == TestStep::connect) return TestErrorCode::refused;
    const bool answered_no = step == TestStep::publish_probe && failure == Errc::refused;
    return answered_no ? TestErrorCode::auth_rejected : TestErrorCode::handshake_failed;
}

}  // namespace

ConnectionTests::ConnectionTests(IngestProbe& probe, WorkerPool& names, const Clock& clock, Ingest ingest)
    : probe_(probe),
      names_(names),
      clock_(clock),
      ingest_(std::move(ingest)),
      limit_(ten_a_minute) {}

Async<Outcome<TestReport>> ConnectionTests::run(TestConnection asked, std::string client) {
    const auto url = parse_ingest_url(asked.ingest_url);
    if (!url || asked.ingest_url.size() > longest_url)
        co_return validation_failed(
            {{"/ingestUrl", "invalid_value", "must be an ingest URL such as rtmp://host/live/name"}}
        );
    const auto begun = clock_.monotonic();
    if (const auto wait = limit_.take(client, begun); wait > wait.zero()) co_return too_often(wait);

    TestReport report{
        .protocol = asked.protocol,
        .ingest_url = std::move(asked.ingest_url),
        .tested_at = clock_.now(),
    };
    if (is_ours(*url)) report.ingest_node = ingest_.node;
    report.error = objection(report.protocol, *url);
    if (!report.error) report.error = co_await reach(*url, report.steps);
    report.success = !report.error;
    if (report.success) report.latency_ms = in_ms(clock_.monotonic() - begun);
    co_return report;
}

bool ConnectionTests::is_ours(const IngestUrl& url) const {
    return std::ranges::any_of(ingest_.hosts, [&](const std::string& host) {
        return http::equals_ignoring_case(host, url.host);
    });
}

Async<std::optional<TestError>> ConnectionTests::reach(const IngestUrl& url, std::vector<TestedStep>& steps)
    const {
    const auto begun = clock_.monotonic();
    const auto endpoint = co_await locate(url);
    const auto taken = clock_.monotonic() - begun;
    steps.push_back({TestStep::resolve, endpoint.has_value(), in_ms(taken)});
    if (!endpoint) co_return endpoint.error();

    const auto left = std::chrono::floor<Milliseconds>(budget - taken);
    const auto probed = co_await probe_.probe({*endpoint, url.app, url.host}, left);
    for (const auto& timing : probed.steps)
        steps.push_back({timing.step, true, in_ms(timing.took)});
    if (!probed.error) co_return std::nullopt;
    auto& failed = steps.back();
    failed.ok = false;
    co_return TestError{code_of(probed.error->code, failed.name), probed.error->context, failed.name};
}

/// The name is resolved once, and what is connected to is the address that was checked.
Async<std::expected<net::Endpoint, TestError>> ConnectionTests::locate(const IngestUrl& url) const {
    const auto own_port = ingest_.endpoint.port();
    const auto port = url.port.value_or(rtmp_port);
    const bool ours = is_ours(url);
    if (port != rtmp_port && port != own_port && (ours || port != https_port))
        co_return not_located(
            TestErrorCode::host_not_allowed, fmt::format("Port {} is not one that is tested.", port)
        );
    if (ours) co_return ingest_.endpoint;

    const auto addresses = co_await net::resolve(names_, url.bare_host(), budget);
    if (!addresses) {
        const bool late = addresses.error().code == Errc::timed_out;
        co_return not_located(
            late ? TestErrorCode::timeout : TestErrorCode::dns_failed, addresses.error().context
        );
    }
    if (!std::ranges::all_of(*addresses, net::is_public))
        co_return not_located(
            TestErrorCode::host_not_allowed,
            "The host is neither this server nor on the public internet: it is not connected to."
        );
    co_return net::Endpoint(addresses->front(), port);
}

}  // namespace tally::control
