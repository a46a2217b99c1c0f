#include "control/stream/health_routes.hpp"

#include "control/event/event_repository.hpp"
#include "control/testing_http.hpp"
#include "control/webhook/webhook_service.hpp"

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::control;

namespace {

struct NotedHealth final : HealthDirectory {
    std::shared_ptr<const HealthReport> report(const StreamId&) const override { return running; }

    std::optional<json::object> last_document(const StreamId&) const override { return std::nullopt; }

    json::object blank_document(const Quality& target) const override {
        return {{"status", "unknown"}, {"fps", nullptr}, {"targetBitrate", target.bitrate}};
    }

    json::object stats(const StreamId&, const StatsRequest& request, const std::vector<HealthMinute>& stored)
        const override {
        return {
            {"from", to_rfc3339(request.from)},
            {"to", to_rfc3339(request.to)},
            {"intervalSeconds", request.interval.count()},
            {"metrics", json::encode(request.metrics)},
            {"minutes", stored.size()},
        };
    }

    std::vector<std::string_view> metrics() const override { return {"fps", "bitrate"}; }

    std::shared_ptr<const HealthReport> running;
};

struct HealthApi : Api<OnAirPlane> {
    HealthApi() { add_health_routes(router, service); }

    std::string path(std::string_view what) const {
        return fmt::format("/api/streams/{}/{}", encoder.text(), what);
    }

    NotedHealth directory;
    HealthService service{*database, clock, directory};
};

}  // namespace

TEST_CASE("a stream that nothing was measured of has a health document of nulls") {
    HealthApi api;
    const auto answer = api.get(api.path("health"));
    CHECK(answer.status == 200);
    CHECK(answer.body.at("status") == "unknown");
    CHECK(answer.body.at("targetBitrate") == 6000);
    CHECK(answer.headers.get("X-Poll-Interval") == "10");
    CHECK_FALSE(answer.headers.get("ETag").empty());
    CHECK(api.get("/api/streams/st_nobody/health").status == 404);
    CHECK(api.get("/api/streams/st_nobody/stats").status == 404);
}

TEST_CASE("another status of a stream's health is told with the one before, until the stream is over") {
    HealthApi api;
    const auto save = [&](std::string_view status) {
        wait(api.service.save({{api.encoder, {{"status", status}}, api.clock.now()}}, {}));
    };
    const auto told = [&] {
        auto events = wait(api.database->read([](sql::Session& session) {
            return EventRepository(session).after(0, 100);
        }));
        std::erase_if(events, [](const Event& event) { return event.type != "stream.health_changed"; });
        return events;
    };
    save("healthy");
    save("healthy");
    save("critical");
    REQUIRE(told().size() == 2);
    CHECK(told()[0].previous == json::object{{"healthStatus", "unknown"}});
    CHECK(told()[1].previous == json::object{{"healthStatus", "healthy"}});
    CHECK(told()[1].data.at("healthStatus") == "critical");
    REQUIRE(wait(api.streams.stop(api.encoder, {})));
    save("healthy");
    CHECK(told().size() == 2);
}

TEST_CASE("what is told of a stream says how it is, until it is over") {
    HealthApi api;
    wait(api.service.save({{api.encoder, {{"status", "degraded"}}, api.clock.now()}}, {}));
    api.lifecycle.encoder_left(api.encoder, false);
    api.settle();
    REQUIRE(wait(api.streams.stop(api.encoder, {})));
    const auto newest = [&](std::string_view type) {
        auto events = wait(api.database->read([](sql::Session& session) {
            return EventRepository(session).after(0, 100);
        }));
        std::erase_if(events, [&](const Event& event) { return event.type != type; });
        REQUIRE(events.size() == 1);
        return events.front();
    };
    CHECK(newest("stream.reconnecting").data.at("healthStatus") == "degraded");
    CHECK_FALSE(newest("stream.reconnecting").previous.contains("healthStatus"));
    CHECK(newest("stream.stopped").data.at("healthStatus") == "unknown");
    CHECK(newest("stream.stopped").previous.at("healthStatus") == "degraded");
}

TEST_CASE("heartbeats of what runs are told once a webhook asks for them by name") {
    HealthApi api;
    const auto beats = [&] {
        wait(api.service.beat());
        return wait(api.database->read([](sql::Session& session) {
            auto events = EventRepository(session).after(0, 100);
            std::erase_if(events, [](const Event& event) { return event.type != heartbeat; });
            return events;
        }));
    };
    WebhookService webhooks(
        *api.database, api.clock, WebhookSecrets(Secret("a secret for tests")), {.allow_http = true}
    );
    REQUIRE(wait(webhooks.create({.url = "https://example.com/", .events = {"stream.*"}})));
    CHECK(beats().empty());
    REQUIRE(wait(webhooks.create({.url = "https://example.com/", .events = {"stream.heartbeat"}})));
    const auto told = beats();
    REQUIRE(told.size() == 1);
    CHECK(told[0].resource_id == api.encoder.text());
    CHECK(told[0].data.at("status") == "active");
    REQUIRE(wait(api.streams.stop(api.encoder, {})));
    CHECK(beats().size() == 1);
}

TEST_CASE("a stopped stream answers its last stored figures, ended") {
    HealthApi api;
    wait(api.service.save({{api.encoder, {{"status", "healthy"}, {"fps", 29.9}}, api.clock.now()}}, {}));
    wait(api.service.save({{api.encoder, {{"status", "degraded"}, {"fps", 24.9}}, api.clock.now()}}, {}));
    wait(api.streams.stop(api.encoder, {}));
    const auto answer = api.get(api.path("health"));
    CHECK(answer.body.at("status") == "ended");
    CHECK(answer.body.at("fps") == 24.9);
    CHECK(answer.text("streamId") == api.encoder.text());
}

TEST_CASE("stats reach back a quarter of an hour, but not beyond the stream's start") {
    HealthApi api;
    const auto started = to_rfc3339(api.stream(api.encoder).started_at);
    CHECK(api.get(api.path("stats")).text("from") == started);
    api.clock.advance(1h);
    const auto late = api.get(api.path("stats"));
    CHECK(late.text("from") == to_rfc3339(api.clock.now() - 15min));
    CHECK(api.get(api.path("stats?window=30s")).text("from") == to_rfc3339(api.clock.now() - 30s));
    wait(api.streams.stop(api.encoder, {}));
    const auto ended = to_rfc3339(api.clock.now());
    api.clock.advance(1h);
    CHECK(api.get(api.path("stats")).text("to") == ended);
}

TEST_CASE("minutes are stored once each, and read where they touch the stretch") {
    HealthApi api;
    const Time minute = std::chrono::floor<std::chrono::minutes>(api.clock.now());
    wait(api.service.save({}, {{api.encoder, minute, 1, "{}"}, {api.encoder, minute + 1min, 1, "{}"}}));
    wait(api.service.save({}, {{api.encoder, minute, 10, "{}"}}));
    api.clock.advance(5min);
    CHECK(api.get(api.path("stats")).body.at("minutes") == 2);
    CHECK(api.get(api.path("stats?window=10s")).body.at("minutes") == 0);
}

TEST_CASE("what stats cannot give is refused, with what it can") {
    HealthApi api;
    const auto answer = api.get(api.path("stats?interval=2s&window=soon&metrics=fps,joy&from=yesterday"));
    CHECK(answer.status == 400);
    CHECK(answer.body.at("errors").as_array().size() == 4);
    const auto fine = api.get(api.path("stats?interval=1m&metrics=fps"));
    CHECK(fine.body.at("intervalSeconds") == 60);
    CHECK(fine.body.at("metrics") == json::array{"fps"});
}
