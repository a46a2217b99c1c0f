#include "control/event/event_repository.hpp"
#include "control/event/outbox.hpp"
#include "control/testing.hpp"
#include "control/webhook/webhook_dispatcher.hpp"
#include "control/webhook/webhook_service.hpp"

namespace tally::control {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Endpoints and their dispatcher, with a receiver that answers as it is told and a clock to turn.
struct Hooks : ControlPlane {
    Hooks() {
        wait(feed.start({}));
        webhook = *wait(webhooks.create({.url = "https://example.com/hook"}));
    }

    Task<http::ClientResponse> receive(http::ClientRequest request) {
        bodies.push_back(request.body);
        requests.push_back(request);
        if (status == 0) co_return fail(Errc::timed_out, "no answer in time");
        co_return http::ClientResponse{.status = status, .headers = {}, .body = {}};
    }

    /// Notes what is new and makes every attempt that is due. How many there were.
    std::size_t deliver() {
        while (wait(dispatcher.plan())) {
        }
        std::size_t made = 0;
        for (;;) {
            const auto attempts = wait(dispatcher.due());
            if (attempts.empty()) return made;
            for (const auto& attempt : attempts)
                wait(dispatcher.attempt(attempt));
            made += attempts.size();
        }
    }

    void happen(const std::string& id = "st_1", const std::string& type = "stream.active") {
        wait(database->transact([&](sql::Session& session) {
            Outbox(session, clock.now()).append(type, {"stream", id, "ch_001"}, {{"id", id}});
            return true;
        }));
        wait(feed.start({}));
    }

    Webhook now() { return *wait(webhooks.get(webhook.id)); }

    std::vector<Delivery> deliveries() {
        return wait(webhooks.deliveries(webhook.id, std::nullopt, {.newest_first = false}))->items;
    }

    std::vector<std::string> bodies;
    std::vector<http::ClientRequest> requests;
    unsigned status = 200;
    EventFeed feed{*database, clock, home.get_executor()};
    WebhookSecrets secrets{Secret("a secret for tests")};
    WebhookService webhooks{*database, clock, secrets, {}};
    WebhookDispatcher dispatcher{
        home.get_executor(),
        {*database,
         clock,
         feed,
         secrets,
         [this](http::ClientRequest request) { return receive(std::move(request)); }}
    };
    Webhook webhook;
};

TEST_CASE("an event is delivered once, signed, with its id and time in the headers") {
    Hooks hooks;
    hooks.happen();
    CHECK(hooks.deliver() == 1);
    CHECK(hooks.deliver() == 0);
    REQUIRE(hooks.requests.size() == 1);
    const auto& request = hooks.requests[0];
    const auto event = json::parse(request.body)->as_object();
    CHECK(event.at("type") == "stream.active");
    CHECK(request.headers.get("webhook-id") == std::string_view(event.at("id").as_string()));
    CHECK(request.headers.get("webhook-timestamp") == "1700000000");
    CHECK(
        request.headers.get("webhook-signature") ==
        hooks.secrets.sign(
            hooks.webhook, event_id("st_1", 1, "stream.active"), hooks.clock.now(), request.body
        )
    );
    const auto delivered = hooks.deliveries();
    CHECK(delivered[0].status == DeliveryStatus::succeeded);
    CHECK(delivered[0].response_code == 200);
    CHECK(delivered[0].attempt == 1);
}

TEST_CASE("a failing receiver is tried again on the schedule, and given up after ten attempts") {
    Hooks hooks;
    hooks.status = 500;
    hooks.happen();
    const std::vector<Milliseconds> delays{
        seconds(5), minutes(5), minutes(30), hours(2), hours(5), hours(10), hours(14), hours(20), hours(24)
    };
    CHECK(hooks.deliver() == 1);
    for (const auto delay : delays) {
        const auto next = hooks.deliveries()[0].next_attempt_at;
        REQUIRE(next);
        CHECK(*next - hooks.clock.now() >= delay * 9 / 10);
        CHECK(*next - hooks.clock.now() <= delay * 11 / 10);
        hooks.clock.advance(delay * 8 / 10);
        CHECK(hooks.deliver() == 0);
        hooks.clock.advance(delay * 3 / 10);
        CHECK(hooks.deliver() == 1);
    }
    const auto given_up = hooks.deliveries()[0];
    CHECK(given_up.status == DeliveryStatus::failed);
    CHECK(given_up.attempt == 10);
    CHECK_FALSE(given_up.next_attempt_at);
    CHECK(hooks.now().status == WebhookStatus::failing);
}

TEST_CASE("later events of a resource wait for the earlier one; those of others do not") {
    Hooks hooks;
    hooks.status = 0;
    hooks.happen("st_1");
    hooks.deliver();
    hooks.status = 200;
    hooks.happen("st_1", "stream.stopped");
    hooks.happen("st_2");
    hooks.bodies.clear();
    CHECK(hooks.deliver() == 1);
    CHECK(hooks.bodies[0].find("st_2") != std::string::npos);
    hooks.clock.advance(seconds(6));
    CHECK(hooks.deliver() == 2);
    CHECK(hooks.bodies[1].find("stream.active") != std::string::npos);
    CHECK(hooks.bodies[2].find("stream.stopped") != std::string::npos);
}

TEST_CASE("an endpoint that answers 410 is disabled at once, and that is told") {
    Hooks hooks;
    const auto other =
        *wait(hooks.webhooks.create({.url = "https://example.com/other", .events = {"webhook.*"}}));
    hooks.status = 410;
    hooks.happen();
    hooks.deliver();
    CHECK(hooks.now().status == WebhookStatus::disabled);
    CHECK_FALSE(hooks.deliveries()[0].next_attempt_at);
    hooks.status = 200;
    hooks.happen();
    hooks.bodies.clear();
    CHECK(hooks.deliver() == 1);
    CHECK(hooks.bodies[0].find("webhook.endpoint_disabled") != std::string::npos);
}

TEST_CASE("an endpoint that fails for five days is disabled; one success makes it sound again") {
    Hooks hooks;
    hooks.status = 503;
    hooks.happen();
    hooks.deliver();
    hooks.clock.advance(hours(25));
    hooks.deliver();
    CHECK(hooks.now().status == WebhookStatus::failing);
    hooks.status = 200;
    hooks.clock.advance(hours(1));
    hooks.deliver();
    CHECK(hooks.now().status == WebhookStatus::enabled);
    CHECK(hooks.now().failure_count == 0);
    hooks.status = 503;
    for (int day = 0; day < 6; ++day) {
        hooks.happen("st_" + std::to_string(day));
        hooks.deliver();
        hooks.clock.advance(hours(24));
    }
    CHECK(hooks.now().status == WebhookStatus::disabled);
}

TEST_CASE("nothing planned is lost when the process ends: another goes on from the store") {
    Hooks hooks;
    hooks.happen();
    wait(hooks.dispatcher.plan());
    WebhookDispatcher next(
        hooks.home.get_executor(),
        {*hooks.database,
         hooks.clock,
         hooks.feed,
         hooks.secrets,
         [&](http::ClientRequest request) { return hooks.receive(std::move(request)); }}
    );
    CHECK_FALSE(wait(next.plan()));
    CHECK(wait(next.due()).size() == 1);
}

TEST_CASE("an endpoint hears of its types alone, and of nothing that was before it") {
    Hooks hooks;
    hooks.happen();
    const auto narrow =
        *wait(hooks.webhooks.create({.url = "https://example.com/x", .events = {"stream.stopped"}}));
    hooks.happen();
    hooks.happen("st_1", "stream.stopped");
    hooks.deliver();
    const auto heard = wait(hooks.webhooks.deliveries(narrow.id, std::nullopt, {}))->items;
    CHECK(heard.size() == 1);
}

TEST_CASE("after a rotation both secrets sign for a day") {
    Hooks hooks;
    const auto old_secret = hooks.webhooks.secret_of(hooks.webhook);
    const auto rotated = *wait(hooks.webhooks.rotate_secret(hooks.webhook.id));
    CHECK(hooks.webhooks.secret_of(rotated) != old_secret);
    const auto old_signature = hooks.secrets.sign(hooks.webhook, "evt_1", hooks.clock.now(), "{}");
    const auto both = hooks.secrets.sign(rotated, "evt_1", hooks.clock.now(), "{}");
    CHECK(both.ends_with(" " + old_signature));
    hooks.clock.advance(hours(24));
    CHECK(hooks.secrets.sign(rotated, "evt_1", hooks.clock.now(), "{}").find(' ') == std::string::npos);
}

TEST_CASE("a test and a redelivery go to their endpoint alone") {
    Hooks hooks;
    const auto other = *wait(hooks.webhooks.create({.url = "https://example.com/other"}));
    REQUIRE(wait(hooks.webhooks.test(hooks.webhook.id)));
    hooks.happen();
    hooks.deliver();
    CHECK(hooks.deliveries().size() == 2);
    CHECK(wait(hooks.webhooks.deliveries(other.id, std::nullopt, {}))->items.size() == 1);
    REQUIRE(wait(hooks.webhooks.redeliver(hooks.webhook.id, hooks.deliveries()[0].id)));
    CHECK(hooks.deliver() == 1);
    CHECK_FALSE(wait(hooks.webhooks.redeliver(other.id, hooks.deliveries()[0].id)));
}

TEST_CASE("addresses that cannot be called, and unknown types, are refused") {
    Hooks hooks;
    for (const auto* url : {"http://example.com/", "nonsense", "https://user:word@example.com/", "ftp://x"})
        CHECK(wait(hooks.webhooks.create({.url = url})).error().status == 400);
    CHECK(
        wait(hooks.webhooks.create({.url = "https://x.example/", .events = {"no.such"}})).error().status ==
        400
    );
}

}  // namespace
}  // namespace tally::control
