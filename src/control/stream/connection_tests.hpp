// Answers whether an encoder could reach an ingest URL, without becoming a way to reach what it should not
// (API A17).
#pragma once

#include "base/worker_pool.hpp"
#include "control/problems.hpp"
#include "control/rate_limit.hpp"
#include "control/stream/ingest_probe.hpp"
#include "control/stream/ingest_url.hpp"

namespace tally::control {

/// A request's body.
struct TestConnection {
    std::string ingest_url;  // may hold a key: never logged
    Protocol protocol{};
};
BOOST_DESCRIBE_STRUCT(TestConnection, (), (ingest_url, protocol))

struct TestedStep {
    TestStep name{};
    bool ok = true;
    double ms = 0;
};
BOOST_DESCRIBE_STRUCT(TestedStep, (), (name, ok, ms))

enum class TestErrorCode : std::uint8_t {
    dns_failed,
    refused,
    timeout,
    handshake_failed,
    auth_rejected,
    host_not_allowed,
    url_protocol_mismatch
};
BOOST_DESCRIBE_ENUM(
    TestErrorCode,
    dns_failed,
    refused,
    timeout,
    handshake_failed,
    auth_rejected,
    host_not_allowed,
    url_protocol_mismatch
)

struct TestError {
    TestErrorCode code{};
    std::string message;
    std::optional<TestStep> step;  // empty: nothing was tried
};
BOOST_DESCRIBE_STRUCT(TestError, (), (code, message, step))

struct TestReport {
    bool success = false;
    Protocol protocol{};
    std::string ingest_url;
    std::optional<double> latency_ms{};  // of the whole test, when it succeeded
    std::vector<TestedStep> steps{};
    std::optional<TestError> error{};
    Time tested_at;
    std::optional<std::string> ingest_node{};    // only this server's own is known
    std::optional<int> estimated_uplink_kbps{};  // no media is sent
};
BOOST_DESCRIBE_STRUCT(
    TestReport,
    (),
    (success, protocol, ingest_url, latency_ms, steps, error, tested_at, ingest_node, estimated_uplink_kbps)
)

/// From any thread.
class ConnectionTests {
public:
    struct Ingest {
        std::vector<std::string> hosts;  // names that are this server; IPv6 addresses in brackets
        net::Endpoint endpoint;          // where it listens
        std::string node;
    };

    /// `probe`, `names` (the workers that resolve) and `clock` outlive this.
    ConnectionTests(IngestProbe& probe, WorkerPool& names, const Clock& clock, Ingest ingest);

    /// `client` is the address of who asks. 400 when the URL is none, 429 when the client asks too often.
    Async<Outcome<TestReport>> run(TestConnection asked, std::string client);

private:
    bool is_ours(const IngestUrl& url) const;
    Async<std::optional<TestError>> reach(const IngestUrl& url, std::vector<TestedStep>& steps) const;
    Async<std::expected<net::Endpoint, TestError>> locate(const IngestUrl& url) const;

    IngestProbe& probe_;
    WorkerPool& names_;
    const Clock& clock_;
    const Ingest ingest_;
    RateLimit limit_;
};

}  // namespace tally::control
