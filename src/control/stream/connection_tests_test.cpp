#include "control/stream/connection_tests.hpp"

#include "control/stream/connection_tests_routes.hpp"
#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

using std::chrono::seconds;

/// Notes where it was sent and gives the answer that the test put in.
class NotedProbe final : public IngestProbe {
public:
    explicit NotedProbe(ManualClock& clock) : clock_(clock) {}

    Async<ProbeReport> probe(ProbeTarget target, Milliseconds budget) override {
        budgets.push_back(budget);
        targets.push_back(std::move(target));
        for (const auto& timing : answer.steps)
            clock_.advance(std::chrono::duration_cast<Milliseconds>(timing.took));
        co_return answer;
    }

    static ProbeReport all_well() {
        const Milliseconds step(1);
        return {
            .steps =
                {{TestStep::connect, step}, {TestStep::handshake, step}, {TestStep::publish_probe, step}},
            .error = {},
        };
    }

    std::vector<ProbeTarget> targets;
    std::vector<Milliseconds> budgets;
    ProbeReport answer = all_well();

private:
    ManualClock& clock_;
};

struct ProbeFixture : Api<> {
    ProbeFixture() { add_connection_test_route(router, tests); }

    Answer test(std::string_view url, std::string_view protocol = "RTMP") {
        return post(
            "/api/streams/test-connection",
            fmt::format(R"({{"ingestUrl":"{}","protocol":"{}"}})", url, protocol)
        );
    }

    /// The code of a failed test; a failing check otherwise.
    std::string error_of(std::string_view url, std::string_view protocol = "RTMP") {
        const auto answer = test(url, protocol);
        CHECK(answer.status == 200);
        CHECK(answer.body.at("success") == false);
        const auto* error = answer.body.at("error").if_object();
        return error ? std::string(error->at("code").as_string()) : "";
    }

    NotedProbe probe{clock};
    WorkerPool names{"names", 1, 4};
    net::Endpoint endpoint{asio::ip::address_v4::loopback(), 19350};
    ConnectionTests tests{
        probe, names, clock, {{"ingest.example.com", "LocalHost", "[::1]"}, endpoint, "node-1"}
    };
};

}  // namespace

TEST_CASE("a test of our own ingest is the document that the API promises") {
    ProbeFixture api;
    const auto answer = api.test("rtmp://ingest.example.com/live/ch_001");
    CHECK(answer.status == 200);
    const auto expected = json::parse(
        R"({"success":true,"protocol":"RTMP","ingestUrl":"rtmp://ingest.example.com/live/ch_001",
            "latencyMs":3,
            "steps":[{"name":"resolve","ok":true,"ms":0},{"name":"connect","ok":true,"ms":1},
                     {"name":"handshake","ok":true,"ms":1},{"name":"publish_probe","ok":true,"ms":1}],
            "error":null,"testedAt":"2023-11-14T22:13:20.000Z","ingestNode":"node-1",
            "estimatedUplinkKbps":null})"
    );
    CHECK(json::value(answer.body) == expected.value());
    REQUIRE(api.probe.targets.size() == 1);
    CHECK(api.probe.targets[0].endpoint == api.endpoint);
    CHECK(api.probe.targets[0].app == "live");
    CHECK(api.probe.targets[0].host == "ingest.example.com");
    CHECK(api.probe.budgets[0] == seconds(5));
}

TEST_CASE("our own hosts are tested at our listener, whatever they resolve to, and on no other port") {
    ProbeFixture api;
    CHECK(api.test("rtmp://LOCALHOST:19350/live/x").body.at("success") == true);
    CHECK(api.test("rtmp://localhost:1935/live/x").body.at("success") == true);
    CHECK(api.test("rtmp://[::1]/live/x").body.at("success") == true);
    for (const auto& target : api.probe.targets)
        CHECK(target.endpoint == api.endpoint);
    api.probe.targets.clear();
    CHECK(api.error_of("rtmp://localhost:6379/live/x") == "host_not_allowed");
    CHECK(api.error_of("rtmp://localhost:443/live/x") == "host_not_allowed");
    CHECK(api.probe.targets.empty());
}

TEST_CASE("what is not on the public internet is not connected to") {
    ProbeFixture api;
    for (const auto* host :
         {"10.255.255.1", "127.0.0.1", "169.254.169.254", "[::]", "[::ffff:10.0.0.1]", "2130706433"}) {
        CAPTURE(host);
        CHECK(api.error_of(fmt::format("rtmp://{}/live/x", host)) == "host_not_allowed");
    }
    CHECK(api.probe.targets.empty());
}

TEST_CASE("public hosts are tested at the address that was checked, on the ports of RTMP") {
    ProbeFixture api;
    CHECK(api.test("rtmp://1.1.1.1:443/app/x").body.at("success") == true);
    REQUIRE(api.probe.targets.size() == 1);
    CHECK(api.probe.targets[0].endpoint == net::Endpoint(asio::ip::make_address("1.1.1.1"), 443));
    CHECK(api.error_of("rtmp://1.1.1.1:22/app/x") == "host_not_allowed");
    CHECK(api.test("rtmp://1.1.1.1/app/x").body.at("ingestNode").is_null());
}

TEST_CASE("an address that is not of the protocol, or of one that is not spoken here, is said to be") {
    ProbeFixture api;
    CHECK(api.error_of("srt://localhost:9000", "RTMP") == "url_protocol_mismatch");
    CHECK(api.error_of("gopher://localhost/x", "RTMP") == "url_protocol_mismatch");
    CHECK(api.error_of("srt://localhost:9000", "SRT") == "handshake_failed");
    CHECK(api.error_of("https://localhost/whip", "WHIP") == "handshake_failed");
    CHECK(api.probe.targets.empty());
}

TEST_CASE("a probe that fails is an error with its code and step") {
    struct Case {
        TestStep step;
        Errc failure;
        std::string_view code;
    };

    ProbeFixture api;
    for (const auto& [step, failure, code] :
         {Case{TestStep::connect, Errc::refused, "refused"},
          Case{TestStep::connect, Errc::io, "refused"},
          Case{TestStep::connect, Errc::timed_out, "timeout"},
          Case{TestStep::handshake, Errc::closed, "handshake_failed"},
          Case{TestStep::handshake, Errc::timed_out, "timeout"},
          Case{TestStep::publish_probe, Errc::refused, "auth_rejected"},
          Case{TestStep::publish_probe, Errc::malformed, "handshake_failed"}}) {
        CAPTURE(code);
        api.probe.answer = {.steps = {{step, Milliseconds(2)}}, .error = Error{failure, "why"}};
        const auto answer = api.test("rtmp://localhost/live/x");
        CHECK(answer.status == 200);
        CHECK(answer.body.at("success") == false);
        CHECK(answer.body.at("latencyMs").is_null());
        CHECK(answer.body.at("steps").at(0).at("ok") == true);
        CHECK(answer.body.at("steps").at(1).at("ok") == false);
        const json::object error{{"code", code}, {"message", "why"}, {"step", enum_text(step)}};
        CHECK(answer.body.at("error") == json::value(error));
    }
}

TEST_CASE("a body that cannot be tested is a 400 that says success false") {
    ProbeFixture api;
    for (const auto* body :
         {"{",
          "[]",
          "{}",
          R"({"ingestUrl":"rtmp://localhost/live"})",
          R"({"ingestUrl":"rtmp://localhost/live","protocol":"FTP"})",
          R"({"ingestUrl":"not a URL","protocol":"RTMP"})",
          R"({"ingestUrl":7,"protocol":"RTMP"})"}) {
        CAPTURE(body);
        const auto answer = api.post("/api/streams/test-connection", body);
        CHECK(answer.status == 400);
        CHECK(answer.text("code") == "validation_failed");
        CHECK(answer.body.at("success") == false);
    }
    CHECK(api.test("rtmp://localhost/" + std::string(3000, 'x')).status == 400);
}

TEST_CASE("a client tests ten times a minute, and then is told when to come again") {
    ProbeFixture api;
    for (int i = 0; i < 10; ++i)
        CHECK(api.test("rtmp://localhost/live/x").status == 200);
    const auto refused = api.test("rtmp://localhost/live/x");
    CHECK(refused.status == 429);
    CHECK(refused.text("code") == "rate_limited");
    CHECK(refused.headers.get("Retry-After") == "60");
    CHECK(refused.body.at("success") == false);
    api.clock.advance(seconds(60));
    CHECK(api.test("rtmp://localhost/live/x").status == 200);
}

}  // namespace tally::control
