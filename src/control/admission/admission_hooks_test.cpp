#include "control/admission/admission_hooks.hpp"

#include "control/testing.hpp"
#include "control/webhook/signature.hpp"

namespace tally::control {
namespace {

using std::chrono::seconds;

/// Hooks whose server answers as it is told.
struct HooksFixture {
    explicit HooksFixture(bool allow_on_failure = false)
        : hooks(
              clock,
              {.publish = *http::parse_url("http://127.0.0.1/publish"),
               .play = *http::parse_url("http://127.0.0.1/play"),
               .key = Bytes(32, 7),
               .allow_on_failure = allow_on_failure},
              [this](http::ClientRequest request) { return receive(std::move(request)); }
          ) {}

    Task<http::ClientResponse> receive(http::ClientRequest request) {
        requests.push_back(std::move(request));
        if (status == 0) co_return fail(Errc::timed_out, "no answer in time");
        co_return http::ClientResponse{.status = status, .headers = {}, .body = body};
    }

    void answer(unsigned with, std::string text = {}) {
        status = with;
        body = std::move(text);
    }

    AdmissionQuestion question(std::string address = "192.0.2.1") const {
        return {.channel = channel, .protocol = "hls", .address = std::move(address), .request_id = "req_1"};
    }

    Result<> publish() { return wait(hooks.publish(question())); }

    Result<> reload(std::string address = "192.0.2.1") {
        return wait(hooks.reload(question(std::move(address))));
    }

    ManualClock clock;
    ChannelId channel = *ChannelId::parse("ch_001");
    unsigned status = 200;
    std::string body;
    std::vector<http::ClientRequest> requests;
    AdmissionHooks hooks;
};

TEST_CASE_FIXTURE(HooksFixture, "the hook hears who wants what, under a signature") {
    CHECK(publish());
    REQUIRE(requests.size() == 1);
    const auto& request = requests.front();
    CHECK(request.url.target == "/publish");
    CHECK(
        request.body ==
        R"({"event":"publish","channelId":"ch_001","protocol":"hls","address":"192.0.2.1","requestId":"req_1"})"
    );
    const auto id = request.headers.get("webhook-id");
    const auto at = std::stoll(std::string(request.headers.get("webhook-timestamp")));
    CHECK(request.headers.get("webhook-signature") == webhook_signature(Bytes(32, 7), id, at, request.body));
    CHECK(request.limits.total == Milliseconds(2000));
}

TEST_CASE_FIXTURE(HooksFixture, "a 2xx lets in unless it says otherwise, and a 403 does not") {
    answer(204);
    CHECK(publish());
    answer(200, R"({"allow":true})");
    CHECK(publish());
    answer(200, "not json");
    CHECK(publish());
    answer(200, R"({"allow":false,"reason":"banned"})");
    CHECK(publish().error().context == "banned");
    answer(200, R"({"allow":false})");
    CHECK(publish().error().context == "refused by the operator's hook");
    answer(403, R"({"reason":"not\nnow"})");
    CHECK(publish().error().context == "not now");
    answer(403, "nope");
    CHECK(publish().error().code == Errc::refused);
}

TEST_CASE_FIXTURE(HooksFixture, "a reason is cut between characters") {
    std::string reason(199, 'x');
    reason += "\u00e9t\u00e9";
    answer(403, R"({"reason":")" + reason + "\"}");
    CHECK(publish().error().context == std::string(199, 'x'));
}

TEST_CASE("without an answer, the settings decide") {
    for (const bool allow : {false, true}) {
        HooksFixture fixture(allow);
        for (const unsigned status : {0U, 500U, 503U, 404U, 302U}) {
            fixture.answer(status);
            CHECK(fixture.publish().has_value() == allow);
        }
        fixture.answer(403);
        CHECK_FALSE(fixture.publish());
    }
}

TEST_CASE_FIXTURE(HooksFixture, "a client that loads again is not asked about for five seconds") {
    answer(403);
    CHECK_FALSE(reload());
    answer(200);
    CHECK_FALSE(reload());
    CHECK(requests.size() == 1);
    CHECK(reload("192.0.2.2"));
    clock.advance(seconds(5));
    CHECK(reload());
    CHECK(requests.size() == 3);
}

TEST_CASE_FIXTURE(HooksFixture, "the answers that are remembered are bounded") {
    for (int i = 0; i < 10'001; ++i)
        CHECK(reload(std::to_string(i)));
    answer(403);
    CHECK(reload("10000"));
    CHECK_FALSE(reload("0"));
}

TEST_CASE("a secret is \"whsec_\" and enough base64") {
    CHECK(webhook_key("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")->size() == 32);
    CHECK(webhook_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")->size() == 24);
    CHECK_FALSE(webhook_key("whsec_c2hvcnQ="));
    CHECK_FALSE(webhook_key("whsec_%%%%"));
    CHECK_FALSE(webhook_key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

}  // namespace
}  // namespace tally::control
