#include "analytics/query/routes.hpp"

#include "analytics/query/finaliser.hpp"
#include "analytics/query/testing.hpp"
#include "analytics/recordings.hpp"

#include <boost/json/parse.hpp>

namespace tally::analytics {

using namespace test;
using namespace std::chrono_literals;

namespace {

class KnownBroadcasts final : public Broadcasts {
public:
    std::map<BroadcastId, BroadcastInfo> known;
    bool reachable = true;

    Task<std::optional<BroadcastInfo>> find(BroadcastId id) override {
        if (!reachable) co_return fail(Errc::io, "gone");
        const auto found = known.find(id);
        co_return found == known.end() ? std::nullopt : std::optional(found->second);
    }

    Task<std::optional<ChannelId>> find_channel(std::string name) override {
        co_return name == "ch_001" || name == "channel-one" ? std::optional(ch_001) : std::nullopt;
    }

    Task<std::vector<BroadcastInfo>> started_in(
        std::optional<ChannelId> of, Time from, Time to, std::size_t limit
    ) override {
        std::vector<BroadcastInfo> found;
        for (const auto& [id, info] : known)
            if ((!of || info.channel == *of) && info.begin() >= from && info.begin() < to)
                found.push_back(info);
        std::ranges::sort(found, std::greater(), &BroadcastInfo::begin);
        found.resize(std::min(found.size(), limit));
        co_return found;
    }
};

class CountingLive final : public LiveFacts {
public:
    int settled = 0;

    Async<> settle(BroadcastId id) override {
        if (!is_recording(id)) ++settled;
        co_return;
    }
};

struct Answer {
    unsigned status = 0;
    http::Headers headers;
    json::object body;

    std::string code() const { return std::string(body.at("code").as_string()); }
};

struct Api {
    Api() {
        const RankingCursors plain{
            .print = [](std::string_view ranking, std::string_view id
                     ) { return fmt::format("{}.{}", std::hash<std::string_view>()(ranking), id); },
            .parse = [](std::string_view ranking, std::string_view cursor) -> std::optional<std::string> {
                const auto mark = fmt::format("{}.", std::hash<std::string_view>()(ranking));
                return cursor.starts_with(mark) ? std::optional(std::string(cursor.substr(mark.size())))
                                                : std::nullopt;
            },
        };
        add_query_routes(router, broadcasts, channels, plain);
    }

    Answer get(const std::string& target) {
        const auto mark = std::min(target.find('?'), target.size());
        http::Request request;
        request.path = std::string_view(target).substr(0, mark);
        request.query = std::string_view(target).substr(std::min(mark + 1, target.size()));
        auto match = router.match(http::Method::get, request.path);
        REQUIRE_MESSAGE(match.handler, target);
        request.parameters = std::move(match.parameters);
        auto response = wait((*match.handler)(request));
        const auto document = boost::json::parse(std::get<std::string>(response.body));
        return {response.status, std::move(response.headers), document.as_object()};
    }

    /// One of the channel's broadcasts with `viewers` who stay for its 200 s.
    void add_broadcast(const std::string& name, Milliseconds earlier, std::size_t viewers) {
        const auto id = *BroadcastId::parse(name);
        auto info = the_broadcast();
        info.id = id;
        info.created -= earlier;
        *info.started -= earlier;
        *info.ended -= earlier;
        known.known[id] = info;
        FactBatch batch;
        for (SessionKey i = 1; i <= viewers; ++i) {
            auto each = view(i, 0, 200);
            each.broadcast = id;
            each.persistent_viewer = true;
            each.started -= earlier;
            *each.first_frame -= earlier;
            each.last_seen -= earlier;
            *each.ended -= earlier;
            batch.sessions.push_back(each);
        }
        const auto count = static_cast<std::int64_t>(viewers);
        batch.audience = {{
            .broadcast = id,
            .time = *info.started,
            .seconds = 200,
            .viewer_seconds = 200 * count,
            .max_viewers = count,
            .max_at = *info.started,
        }};
        facts.append(std::move(batch));
    }

    ManualClock clock{at(3800)};
    TemporaryFacts facts;
    KnownBroadcasts known{};
    CountingLive live{};
    BroadcastAnalytics broadcasts{facts.store, known, &live, clock};
    ChannelAnalytics channels{facts.store, known, &live, clock};
    std::vector<BroadcastId> made;  // reports of these
    Finaliser finaliser{facts.store, known, clock, [this](const BroadcastInfo& broadcast) {
                            made.push_back(broadcast.id);
                        }};
    http::Router router;
};

constexpr auto broadcast_paths = std::to_array<std::string_view>({
    "",
    "/viewers/timeseries",
    "/engagement",
    "/quality",
    "/demographics",
    "/geography",
    "/devices",
    "/watch-time",
});

}  // namespace

TEST_CASE_FIXTURE(
    Api,
    "every answer about a broadcast: 200 when it is known, 404 when it is not, 503 while the store is away"
) {
    known.known[bc_one] = the_broadcast();
    for (const auto path : broadcast_paths) {
        CAPTURE(path);
        const auto answer = get(fmt::format("/api/analytics/broadcasts/bc_one{}", path));
        CHECK(answer.status == 200);
        CHECK(answer.body.at("broadcastId") == "bc_one");
        CHECK(answer.body.at("dataState") == "no_data");
        CHECK(answer.headers.get("Cache-Control") == "max-age=1");
        CHECK(answer.headers.get("ETag").size() == 34);
        const auto unknown = get(fmt::format("/api/analytics/broadcasts/bc_none{}", path));
        CHECK(unknown.status == 404);
        CHECK(unknown.code() == "broadcast_not_found");
    }
    known.reachable = false;
    clock.advance(2min);
    for (const auto path : broadcast_paths) {
        const auto away = get(fmt::format("/api/analytics/broadcasts/bc_one{}", path));
        CHECK(away.status == 503);
        CHECK(away.code() == "analytics_unavailable");
        CHECK(away.headers.get("Retry-After") == "2");
    }
}

TEST_CASE_FIXTURE(Api, "wrong parameters are 400 with what is allowed") {
    known.known[bc_one] = the_broadcast();
    const std::string path = "/api/analytics/broadcasts/bc_one";
    CHECK(get(path + "/viewers/timeseries?interval=7s").code() == "invalid_interval");
    CHECK(get(path + "/viewers/timeseries?metrics=x").body.at("allowed").as_array().size() == 9);
    CHECK(get(path + "/quality?filter=x:y").code() == "unknown_filter");
    CHECK(get(path + "/geography?level=street").code() == "validation_failed");
    CHECK(get("/api/analytics/broadcasts/top?metric=x").body.at("allowed").as_array().size() == 6);
    CHECK(get("/api/analytics/channels/ch_001?window=1y").code() == "invalid_window");
    CHECK(get("/api/analytics/channels/ch_001/compare?baseline=x").code() == "validation_failed");
    CHECK(get("/api/analytics/channels/nobody").code() == "channel_not_found");
    CHECK(get("/api/analytics/channels/nobody/compare").code() == "channel_not_found");
    CHECK(get("/api/analytics/broadcasts/top?channelId=nobody").code() == "channel_not_found");
    CHECK(get("/api/analytics/channels/ch_001/compare?broadcastIds=bc_none").code() == "broadcast_not_found");
}

TEST_CASE_FIXTURE(Api, "an answer is shared for a second, and new facts are in the next") {
    auto info = the_broadcast();
    info.ended.reset();
    clock = ManualClock(at(100));
    known.known[bc_one] = info;
    const std::string path = "/api/analytics/broadcasts/bc_one";
    facts.append({.sessions = {view(1, 0, 50)}});
    CHECK(get(path).body.at("summary").at("totalViews") == 1);
    CHECK(live.settled == 1);
    facts.append({.sessions = {view(2, 0, 50)}});
    CHECK(get(path).body.at("summary").at("totalViews") == 1);
    clock.advance(1100ms);
    CHECK(get(path).body.at("summary").at("totalViews") == 2);
    CHECK(live.settled == 2);
}

TEST_CASE_FIXTURE(Api, "final answers are kept, and stay when the views are gone") {
    known.known[bc_one] = the_broadcast();
    facts.append({.sessions = small_audience(), .audience = counted({1, 2})});
    clock = ManualClock(at(300));
    CHECK(wait(finaliser.turn()) == 0);  // still settling
    clock = ManualClock(at(3800));
    CHECK(wait(finaliser.turn()) == 1);
    CHECK(wait(finaliser.turn()) == 0);
    CHECK(made.size() == 1);
    REQUIRE(wait(facts.store.prune(at(0) + 60 * 24h)));
    CHECK(facts.sessions().empty());
    for (const auto path : broadcast_paths) {
        CAPTURE(path);
        const auto answer = get(fmt::format("/api/analytics/broadcasts/bc_one{}", path));
        CHECK(answer.body.at("dataState") == "final");
    }
    const auto answer = get("/api/analytics/broadcasts/bc_one");
    CHECK(answer.body.at("summary").at("peakViewers") == 2);
    CHECK(answer.body.at("deltaVsChannelMedian").is_null());
    CHECK(answer.body.at("recording").at("views") == 0);
}

TEST_CASE_FIXTURE(Api, "a broadcast is compared to the median of the channel's final ones") {
    add_broadcast("bc_a", 3h, 10);
    add_broadcast("bc_b", 6h, 20);
    add_broadcast("bc_c", 9h, 60);
    add_broadcast("bc_one", 0h, 30);
    CHECK(wait(finaliser.turn()) == 4);
    const auto delta = get("/api/analytics/broadcasts/bc_one").body.at("deltaVsChannelMedian");
    CHECK(number(delta.at("peakViewers").at("value")) == 10);
    CHECK(number(delta.at("peakViewers").at("percent")) == 50);
}

TEST_CASE_FIXTURE(Api, "the ranking is by the metric asked for") {
    add_broadcast("bc_a", 3h, 10);
    add_broadcast("bc_b", 6h, 20);
    add_broadcast("bc_c", 60 * 24h, 60);
    const auto top = get("/api/analytics/broadcasts/top?channelId=channel-one&limit=5");
    CHECK(top.body.at("channelId") == "ch_001");
    REQUIRE(top.body.at("items").as_array().size() == 2);
    CHECK(top.body.at("items").at(0).at("broadcastId") == "bc_b");
    CHECK(top.body.at("items").at(0).at("rank") == 1);
    CHECK(top.body.at("items").at(0).at("value") == 20);
    CHECK(top.body.at("nextCursor").is_null());
    const auto first = get("/api/analytics/broadcasts/top?channelId=channel-one&limit=1");
    CHECK(first.body.at("hasMore").as_bool());
    const auto cursor = std::string(first.body.at("nextCursor").as_string());
    const auto second = get("/api/analytics/broadcasts/top?channelId=channel-one&limit=1&cursor=" + cursor);
    CHECK(second.body.at("items").at(0) == top.body.at("items").at(1));
    CHECK_FALSE(second.body.at("hasMore").as_bool());
    CHECK(get("/api/analytics/broadcasts/top?limit=1&cursor=" + cursor).code() == "validation_failed");

    const auto older = get("/api/analytics/broadcasts/top?window=90d&limit=1&metric=watchTime");
    REQUIRE(older.body.at("items").as_array().size() == 1);
    CHECK(number(older.body.at("items").at(0).at("value")) == 12'000);
}

TEST_CASE_FIXTURE(Api, "a channel's viewers are counted once over all its broadcasts") {
    add_broadcast("bc_a", 3h, 10);
    add_broadcast("bc_b", 27h, 20);
    const auto answer = get("/api/analytics/channels/ch_001?window=7d&timezone=%2B05:30").body;
    CHECK(answer.at("broadcasts") == 2);
    CHECK(answer.at("uniqueViewers") == 20);
    CHECK(number(answer.at("totals").at("totalViews")) == 30);
    CHECK(number(answer.at("liveSeconds")) == 400);
    CHECK(number(answer.at("averages").at("peakViewers")) == 15);
    CHECK(answer.at("peakViewers").at("broadcastId") == "bc_b");
    CHECK(answer.at("trend").at("points").as_array().size() == 2);
    // 22:14 UTC less 27 h is 00:44 of that day where the caller lives.
    CHECK(answer.at("bestTimeToStart").at(0).at("hour") == 0);
    CHECK(answer.at("bestTimeToStart").at(0).at("weekday") == "tuesday");
    CHECK(get("/api/analytics/channels/ch_001?window=28d&x").body.at("broadcasts") == 2);
}

TEST_CASE_FIXTURE(Api, "who came back to a channel twice is one returning viewer") {
    for (int i = 0; i < 3; ++i)
        add_broadcast(fmt::format("bc_{}", i), i * 24h, i == 2 ? 5 : 10);
    const auto body = get("/api/analytics/channels/ch_001").body;
    CHECK(body.at("uniqueViewers") == 10);
    CHECK(body.at("returningViewerRate").to_number<double>() == 1);
}

TEST_CASE_FIXTURE(Api, "a comparison tells a change from chance once there are five on each side") {
    for (int i = 0; i < 10; ++i)
        add_broadcast(fmt::format("bc_{}", i), std::chrono::hours(2 * i), i < 5 ? 30 + i : 10 + i);
    const auto five = get("/api/analytics/channels/ch_001/compare?window=5broadcasts").body;
    const auto& peak = five.at("changes").at("averagePeakViewers").as_object();
    CHECK(number(peak.at("current")) == 32);
    CHECK(number(peak.at("previous")) == 17);
    CHECK(number(peak.at("delta")) == 15);
    CHECK(number(peak.at("deltaPercent")) == 88.24);
    CHECK(peak.at("direction") == "up");
    CHECK(peak.at("significant") == true);
    CHECK(five.at("current").at("broadcasts") == 5);
    CHECK(five.at("broadcasts").as_array().size() == 5);
    CHECK(five.at("broadcasts").at(0).at("broadcastId") == "bc_0");

    const auto all = get("/api/analytics/channels/ch_001/compare").body;
    CHECK(all.at("window") == "10broadcasts");
    CHECK(all.at("previous").at("broadcasts") == 0);
    CHECK(all.at("changes").at("averagePeakViewers").at("deltaPercent").is_null());
    CHECK(all.at("changes").at("averagePeakViewers").at("significant").is_null());

    const auto chosen =
        get("/api/analytics/channels/ch_001/compare?broadcastIds=bc_0,bc_3&baseline=median").body;
    CHECK(chosen.at("current").at("broadcasts") == 2);
    CHECK(chosen.at("previous").at("broadcasts") == 6);
}

TEST_CASE_FIXTURE(Api, "a running broadcast is compared to what others had by then, and is in no sum") {
    add_broadcast("bc_old", 5h, 10);
    add_broadcast("bc_now", 0h, 25);
    known.known.at(*BroadcastId::parse("bc_now")).ended.reset();
    clock = ManualClock(at(100));
    facts.append(
        {.audience = {{
             .broadcast = *BroadcastId::parse("bc_old"),
             .time = at(150) - 5h,
             .seconds = 10,
             .max_viewers = 400,  // later than the running one has come
             .max_at = at(150) - 5h,
         }}}
    );
    const auto answer = get("/api/analytics/channels/ch_001/compare").body;
    CHECK(answer.at("current").at("broadcasts") == 1);
    CHECK(answer.at("broadcasts").at(0).at("inProgress") == true);
    CHECK(number(answer.at("broadcasts").at(0).at("vsMedianPercent")) == 150);
    const auto calendar = get("/api/analytics/channels/ch_001/compare?align=calendar").body;
    CHECK(calendar.at("current").at("broadcasts") == 2);
    CHECK(number(calendar.at("broadcasts").at(0).at("vsMedianPercent")) == -93.75);
}

TEST_CASE("costly answers stay fresh for longer, final ones for a minute, and the cache has a bound") {
    ManualClock clock;
    AnswerCache cache(clock);
    int made = 0;
    const auto ask = [&](const std::string& key, bool settled, Milliseconds cost) {
        return *cache.get(key, settled, [&] {
            clock.advance(cost);
            return std::to_string(++made);
        });
    };
    CHECK(ask("a", false, 5s) == "1");
    clock.advance(19s);
    CHECK(ask("a", false, 5s) == "1");
    clock.advance(2s);
    CHECK(ask("a", false, 5s) == "2");
    CHECK(ask("b", true, 0s) == "3");
    clock.advance(59s);
    CHECK(ask("b", true, 0s) == "3");
    CHECK(cache.find("a") == nullptr);
    for (std::size_t i = 0; i < 2 * AnswerCache::limit; ++i)
        ask(std::to_string(i), true, 0s);
    CHECK(cache.find("b") == nullptr);
}

}  // namespace tally::analytics
