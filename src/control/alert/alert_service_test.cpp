#include "control/alert/alert_check.hpp"
#include "control/alert/alert_routes.hpp"
#include "control/event/event_repository.hpp"
#include "control/testing_http.hpp"

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::control;

namespace {

struct AlertApi : Api<OnAirPlane> {
    AlertApi() { add_alert_routes(router, alerts, cursors, clock); }

    Alert make(std::string code, Severity severity = Severity::warning) {
        Alert alert;
        alert.id = AlertId::make(clock.now());
        alert.broadcast_id = on_air;
        alert.channel_id = channel;
        alert.stream_id = encoder;
        alert.code = std::move(code);
        alert.category = "ingest";
        alert.severity = severity;
        alert.evidence = {{"value", 3.5}};
        alert.first_seen_at = alert.last_seen_at = clock.now();
        return alert;
    }

    Alert record(Alert alert) {
        wait(alerts.record({alert}));
        return alert;
    }

    void resolve(Alert alert) {
        alert.status = AlertStatus::resolved;
        alert.resolved_at = clock.now();
        record(std::move(alert));
    }

    std::string path() const { return fmt::format("/api/broadcasts/{}/alerts", on_air.text()); }

    AlertService alerts{*database, clock};
};

}  // namespace

TEST_CASE("a broadcast's alerts are listed with the counts of those that are open") {
    AlertApi api;
    api.record(api.make("jitter_high"));
    api.resolve(api.record(api.make("rtt_high", Severity::info)));
    const auto all = api.get(api.path());
    CHECK(all.status == 200);
    CHECK(all.body.at("items").as_array().size() == 2);
    CHECK(all.body.at("activeCount") == 1);
    CHECK(all.body.at("counts") == json::value({{"info", 0}, {"warning", 1}, {"critical", 0}}));
    CHECK(api.get(api.path() + "?status=active").body.at("items").as_array().size() == 1);
    CHECK(api.get(api.path() + "?severity=info").body.at("items").as_array().size() == 1);
    CHECK(api.get(api.path() + "?severity=awful").status == 400);
    CHECK(api.get("/api/broadcasts/bc_nobody/alerts").status == 404);
    const auto broadcast = api.get("/api/broadcasts/" + api.on_air.text());
    CHECK(broadcast.body.at("alertCounts") == json::value({{"info", 1}, {"warning", 1}, {"critical", 0}}));
}

TEST_CASE("a channel with a critical alert is not ready, and with others it is") {
    AlertApi api;
    add_readiness_route(api.router, api.channels, {alerts_check(api.alerts)});
    const auto check = [&] { return api.get("/api/channels/ch_001/readiness").body.at("checks").at(1); };
    api.record(api.make("jitter_high"));
    CHECK(check().at("ok") == true);
    CHECK(check().at("open") == json::value({{"info", 0}, {"warning", 1}, {"critical", 0}}));
    auto lost = api.make("ingest_disconnected", Severity::critical);
    lost.message = "The connection was lost.";
    api.record(lost);
    CHECK(check().at("ok") == false);
    CHECK(check().at("message") == "The connection was lost.");
    api.resolve(lost);
    CHECK(check().at("ok") == true);
}

TEST_CASE("an acknowledgement lasts while the alert goes on, but not when it gets worse") {
    AlertApi api;
    auto alert = api.record(api.make("bitrate_drop"));
    const auto path = "/api/alerts/" + alert.id.text();
    CHECK(api.post(path + "/acknowledge").text("status") == "acknowledged");
    CHECK(api.post(path + "/acknowledge").status == 200);
    alert.last_seen_at += 15s;
    api.record(alert);
    CHECK(api.get(path).text("status") == "acknowledged");
    CHECK(api.get(api.path() + "?status=active").body.at("items").as_array().size() == 1);
    alert.severity = Severity::critical;
    api.record(alert);
    CHECK(api.get(path).text("status") == "active");
    api.resolve(alert);
    CHECK(api.post(path + "/acknowledge").status == 409);
    CHECK(api.get("/api/alerts/al_nobody").status == 404);
}

TEST_CASE("an alert's steps are told with it, and that it goes on is not") {
    AlertApi api;
    auto alert = api.record(api.make("bitrate_drop"));
    api.record(alert);
    api.post("/api/alerts/" + alert.id.text() + "/acknowledge");
    api.record(alert);
    alert.severity = Severity::critical;
    api.record(alert);
    api.resolve(alert);
    alert.occurrences = 2;  // the same trouble is back within ten minutes
    api.record(alert);
    api.resolve(alert);
    api.resolve(api.make("rtt_high"));
    auto told =
        wait(api.database->read([](sql::Session& session) { return EventRepository(session).after(0, 100); })
        );
    std::erase_if(told, [](const Event& event) { return event.resource_type != "alert"; });
    std::vector<std::string> types;
    for (const auto& event : told)
        types.push_back(event.type);
    CHECK(
        types ==
        std::vector<std::string>{
            "alert.raised",
            "alert.acknowledged",
            "alert.escalated",
            "alert.resolved",
            "alert.raised",
            "alert.resolved",
            "alert.raised",
            "alert.resolved",
        }
    );
    CHECK(told[4].resource_id == alert.id.text());
    CHECK(told[4].data.at("status") == "active");
    CHECK(told[4].data.at("occurrences") == 2);
    CHECK(told[2].version == 3);
    CHECK(told[2].data.at("severity") == "critical");
    CHECK(told[2].previous.at("severity") == "warning");
    CHECK(std::ranges::count(topics_of(told[0]), "alerts:ch_001") == 1);
    CHECK(std::ranges::count(topics_of(told[0]), "broadcast:" + api.on_air.text()) == 1);
}

TEST_CASE("pages of alerts follow one another, the newest first") {
    AlertApi api;
    for (int i = 0; i < 5; ++i) {
        api.record(api.make(fmt::format("code_{}", i)));
        api.clock.advance(1s);
    }
    const auto first = api.get("/api/alerts?channelId=ch_001&limit=3");
    REQUIRE(first.body.at("items").as_array().size() == 3);
    CHECK(first.body.at("items").as_array().front().at("code") == "code_4");
    const auto second = api.get("/api/alerts?limit=3&cursor=" + first.text("nextCursor"));
    CHECK(second.body.at("items").as_array().size() == 2);
    CHECK_FALSE(second.body.at("hasMore").as_bool());
    CHECK(api.get("/api/alerts?channelId=ch_other").body.at("items").as_array().empty());
    const auto of_broadcast = api.get(api.path() + "?limit=3");
    CHECK(
        of_broadcast.headers.get("Link") ==
        fmt::format("<{}?limit=3&cursor={}>; rel=\"next\"", api.path(), of_broadcast.text("nextCursor"))
    );
}

TEST_CASE("a start resolves what streams that are over left open, and gives what goes on") {
    AlertApi api;
    const auto alert = api.record(api.make("jitter_high"));
    CHECK(wait(api.alerts.recover()).size() == 1);
    wait(api.streams.stop(api.encoder, {}));
    CHECK(wait(api.alerts.recover()).empty());
    CHECK(api.get("/api/alerts/" + alert.id.text()).text("status") == "resolved");
}

TEST_CASE("standings say since when a running stream's broadcast is live, and whether media came") {
    AlertApi api;
    const auto standings = wait(api.alerts.standings());
    REQUIRE(standings.size() == 1);
    CHECK(standings.front().stream_id == api.encoder);
    CHECK(standings.front().live_since);
    CHECK(standings.front().first_media_at);
}
