#include "analytics/store/store.hpp"

#include "analytics/store/testing.hpp"

namespace tally::analytics {

using namespace test;
using namespace std::chrono_literals;

namespace {

SessionFacts full_view() {
    auto facts = view(0xFEDC'BA98'7654'3210, 3, 200);
    facts.viewer = 0x8000'0000'0000'0001;
    facts.persistent_viewer = true;
    facts.startup_ms = 640;
    facts.exit = Exit::fatal;
    facts.validity = Validity::suspect;
    facts.dimensions = {
        .protocol = Protocol::dash,
        .country = "IN",
        .region = "IN-KA",
        .city = "Bengaluru",
        .asn = 55'836,
        .device = "mobile",
        .os = "Android",
        .browser = "Chrome",
        .player = "hls.js",
        .player_version = "1.7.0",
        .connection = "4g",
        .cdn = "edge1",
    };
    facts.claims = {.age_band = "18-24", .gender = "female", .language = "hi"};
    facts.counters.rebuffer_ms = 900;
    facts.counters.errors = 3;
    facts.upscale_permille_max = 1500;
    facts.errors = {{"frag load%20timeout", true, 2}, {"", false, 1}};
    facts.renditions = {{1080, 150'000}, {720, 40'000}};
    facts.played = {{170'000'004, 170'000'010}, {170'000'008, 170'000'024}};
    facts.rebuffer_durations_ms = {400, 500};
    facts.journal = 77;
    facts.sequence_seen = 12;
    facts.sequence_bits = ~0ULL;
    return facts;
}

MinuteFacts minute_of(SessionKey session, int number, std::int64_t play_ms) {
    return {
        .broadcast = bc_one,
        .minute = start + std::chrono::minutes(number),
        .session = session,
        .viewer = session,
        .counters = {.play_ms = play_ms, .rebuffers = 1},
    };
}

std::size_t returning(FactReader& reader, const BroadcastId& on, const ChannelId& of, Time since) {
    std::size_t viewers = 0;
    reader.returning_viewers(on, of, since, [&](ViewerKey) { ++viewers; });
    return viewers;
}

std::vector<MinuteTotals> totals(TemporaryFacts& facts) {
    std::vector<MinuteTotals> found;
    facts.read([&](FactReader& reader) { found = reader.minutes(bc_one); });
    return found;
}

}  // namespace

TEST_CASE("a view is read as it was written, every column of it") {
    TemporaryFacts facts;
    facts.append({.sessions = {full_view(), view(2, 0, 10)}});
    auto found = facts.sessions();
    REQUIRE(found.size() == 2);
    std::ranges::sort(found, {}, &SessionFacts::session);
    CHECK(found[0] == view(2, 0, 10));
    CHECK(found[1] == full_view());
    facts.read([](FactReader& reader) {
        CHECK(reader.session(bc_one, full_view().session) == full_view());
        CHECK_FALSE(reader.session(bc_one, 3));
    });
}

TEST_CASE("of a view, the columns that are asked for are read and no others") {
    TemporaryFacts facts;
    facts.append({.sessions = {full_view()}});
    const auto read = [&](ViewColumns columns) {
        SessionFacts found;
        facts.read([&](FactReader& reader) {
            reader.sessions(bc_one, columns, [&](const SessionFacts& each) { found = each; });
        });
        return found;
    };
    const auto full = full_view();
    auto expected = full;
    expected.startup_ms.reset();
    expected.dimensions = {};
    expected.claims = {};
    expected.counters = {};
    expected.upscale_permille_max = 0;
    expected.errors.clear();
    expected.renditions.clear();
    expected.played.clear();
    expected.rebuffer_durations_ms.clear();
    expected.journal = expected.sequence_seen = expected.sequence_bits = 0;
    CHECK(read(ViewColumns::marks) == expected);
    expected.played = full.played;
    expected.dimensions = full.dimensions;
    expected.claims = full.claims;
    CHECK(read(ViewColumns::media | ViewColumns::place) == expected);
    expected.startup_ms = full.startup_ms;
    expected.counters.play_ms = full.counters.play_ms;
    expected.counters.rebuffer_ms = full.counters.rebuffer_ms;
    CHECK(read(ViewColumns::media | ViewColumns::place | ViewColumns::watching) == expected);
    CHECK(read(ViewColumns::trouble).counters == Counters{.errors = full.counters.errors});
    CHECK(read(ViewColumns::all) == full);
}

TEST_CASE("a batch that is written again changes nothing, and newer rows replace older ones") {
    TemporaryFacts facts;
    const FactBatch batch{
        .sessions = {view(1, 0, 50)},
        .minutes = {minute_of(1, 0, 40'000)},
        .audience = {{.broadcast = bc_one, .time = start, .seconds = 10, .viewer_seconds = 9}},
        .engagement = {{.id = "evt_1", .broadcast = bc_one, .channel = ch_001, .time = start}},
        .losses = {{.broadcast = bc_one, .epoch = start, .duplicates = 4}},
    };
    facts.append(batch);
    facts.append(batch);
    CHECK(totals(facts) == std::vector{MinuteTotals{start, 1, {.play_ms = 40'000, .rebuffers = 1}}});
    facts.append({.sessions = {view(1, 0, 90)}, .minutes = {minute_of(1, 0, 55'000)}});
    CHECK(facts.sessions() == std::vector{view(1, 0, 90)});
    CHECK(totals(facts) == std::vector{MinuteTotals{start, 1, {.play_ms = 55'000, .rebuffers = 1}}});
    facts.read([](FactReader& reader) {
        CHECK(reader.audience(bc_one).size() == 1);
        CHECK(reader.losses(bc_one).duplicates == 4);
        int events = 0;
        reader.engagement(bc_one, [&](const EngagementEvent&) { ++events; });
        CHECK(events == 1);
    });
}

TEST_CASE("losses are summed over the processes that counted") {
    TemporaryFacts facts;
    facts.append({.losses = {{.broadcast = bc_one, .epoch = at(0), .shed = 4}}});
    facts.append({.losses = {{.broadcast = bc_one, .epoch = at(60), .shed = 3}}});
    facts.read([](FactReader& reader) { CHECK(reader.losses(bc_one).shed == 7); });
}

TEST_CASE("totals of minutes leave out invalid views, also those found out later") {
    TemporaryFacts facts;
    auto robot = view(2, 0, 100);
    robot.validity = Validity::invalid;
    facts.append({.sessions = {view(1, 0, 100), robot}, .minutes = {minute_of(1, 0, 1), minute_of(2, 0, 10)}}
    );
    CHECK(totals(facts) == std::vector{MinuteTotals{start, 1, {.play_ms = 1, .rebuffers = 1}}});

    auto late = view(3, 0, 100);
    facts.append({.sessions = {late}, .minutes = {minute_of(3, 0, 100), minute_of(3, 1, 100)}});
    CHECK(totals(facts).front().counters.play_ms == 101);
    late.validity = Validity::invalid;
    facts.append({.sessions = {late}, .minutes = {minute_of(3, 1, 200)}});
    CHECK(totals(facts).front() == MinuteTotals{start, 1, {.play_ms = 1, .rebuffers = 1}});
    CHECK(totals(facts).back().views == 0);
    facts.read([](FactReader& reader) {
        const auto of_three = reader.minutes_of(bc_one, [](SessionKey key) { return key == 3; });
        CHECK(of_three.size() == 2);
        CHECK(of_three.back().counters.play_ms == 200);
    });
}

TEST_CASE("views without an end are handed back with their latest minute") {
    TemporaryFacts facts;
    auto open = view(7, 0, 70);
    open.ended.reset();
    open.exit = Exit::none;
    facts.append({.sessions = {open, view(8, 0, 5)}, .minutes = {minute_of(7, 0, 1), minute_of(7, 1, 2)}});
    const auto found = wait(facts.store.open_sessions());
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    CHECK(found->front().session == open);
    CHECK(found->front().minute == minute_of(7, 1, 2));
}

TEST_CASE("a view that ended, or went on, is what it was last, in whatever order it is asked for") {
    TemporaryFacts facts;
    auto open = view(7, 0, 70);
    open.ended.reset();
    open.exit = Exit::none;
    facts.append({.sessions = {open}});
    facts.append({.sessions = {view(7, 0, 90)}});
    CHECK(wait(facts.store.open_sessions())->empty());
    CHECK(facts.sessions() == std::vector{view(7, 0, 90)});
    open.last_seen = at(120);
    facts.append({.sessions = {open}});
    CHECK(facts.sessions() == std::vector{open});
    CHECK(*wait(facts.store.sessions_of(7)) == std::vector{open});
    CHECK(wait(facts.store.open_sessions())->size() == 1);
}

TEST_CASE("a viewer is shown and erased across broadcasts") {
    TemporaryFacts facts;
    auto elsewhere = view(5, 0, 10);
    elsewhere.broadcast = *BroadcastId::parse("bc_two");
    elsewhere.viewer = 1;
    const EngagementEvent event{
        .id = "evt_1", .broadcast = bc_one, .channel = ch_001, .viewer = 1, .time = start
    };
    facts.append({
        .sessions = {view(1, 5, 70), elsewhere, view(2, 0, 10)},
        .minutes = {minute_of(1, 0, 1), minute_of(1, 1, 1)},
        .engagement = {event},
    });
    CHECK(*wait(facts.store.sessions_of(1)) == std::vector{elsewhere, view(1, 5, 70)});
    CHECK(*wait(facts.store.erase_viewer(1)) == 2);
    CHECK(wait(facts.store.sessions_of(1))->empty());
    CHECK(facts.sessions() == std::vector{view(2, 0, 10)});
    facts.read([](FactReader& reader) {
        CHECK(reader.minutes_of(bc_one, [](SessionKey) { return true; }).empty());
        reader.engagement(bc_one, [](const EngagementEvent&) { FAIL("erased"); });
    });
}

TEST_CASE("a returning viewer is one who is known and was on the channel before") {
    TemporaryFacts facts;
    const auto on = [](SessionFacts facts, std::string_view of, ViewerKey viewer, bool known) {
        facts.broadcast = *BroadcastId::parse(of);
        facts.viewer = viewer;
        facts.persistent_viewer = known;
        return facts;
    };
    facts.append(
        {.sessions =
             {
                 on(view(1, -5000, -4000), "bc_old", 10, true),
                 on(view(2, -5000, -4000), "bc_old", 11, false),
                 on(view(3, -90'000, -80'000), "bc_older", 12, true),
                 on(view(4, 0, 10), "bc_one", 10, true),
                 on(view(5, 5, 10), "bc_one", 10, true),
                 on(view(6, 0, 10), "bc_one", 11, false),
                 on(view(7, 0, 10), "bc_one", 12, true),
                 on(view(8, 0, 10), "bc_one", 13, true),
             }}
    );
    facts.read([](FactReader& reader) {
        CHECK(returning(reader, bc_one, ch_001, at(-10'000)) == 1);
        CHECK(returning(reader, bc_one, ch_001, at(-100'000)) == 2);
        CHECK(returning(reader, bc_one, *ChannelId::parse("ch_002"), at(-100'000)) == 0);
    });
}

TEST_CASE("who came back and saw nothing has not returned") {
    TemporaryFacts facts;
    auto before = view(1, -5000, -4000);
    before.broadcast = *BroadcastId::parse("bc_old");
    auto waited = view(2, 0, 10);
    waited.first_frame.reset();
    before.viewer = waited.viewer = 10;
    before.persistent_viewer = waited.persistent_viewer = true;
    facts.append({.sessions = {before, waited}});
    facts.read([](FactReader& reader) { CHECK(returning(reader, bc_one, ch_001, at(-10'000)) == 0); });
}

TEST_CASE("reports stay when rows are pruned, and the audience gets coarser with age") {
    TemporaryFacts facts;
    std::vector<AudienceFacts> audience;
    for (int i = 0; i < 12; ++i) {
        audience.push_back({
            .broadcast = bc_one,
            .time = at(10 * i),
            .seconds = 10,
            .viewer_seconds = 10 * i,
            .min_viewers = i,
            .max_viewers = i == 3 ? 50 : i,
            .max_at = at(10 * i + 4),
            .joins = 1,
        });
    }
    facts.append({.sessions = {view(1, 0, 60)}, .minutes = {minute_of(1, 0, 1)}, .audience = audience});
    CHECK(*wait(facts.store.without_report(start)) == std::vector{bc_one});
    const Report report{.kind = "summary", .document = "{}", .sketches = {1, 2, 3}};
    REQUIRE(wait(facts.store.keep(bc_one, {report})));
    CHECK(wait(facts.store.without_report(start))->empty());

    REQUIRE(wait(facts.store.prune(start + 72h)));
    facts.read([](FactReader& reader) {
        const auto rows = reader.audience(bc_one);
        REQUIRE(rows.size() == 2);
        CHECK(rows[0].seconds == 60);
        CHECK(rows[0].viewer_seconds == 150);
        CHECK(rows[0].max_viewers == 50);
        CHECK(rows[0].max_at == at(34));
        CHECK(rows[0].min_viewers == 0);
        CHECK(rows[1].joins == 6);
    });
    CHECK(facts.sessions().size() == 1);

    REQUIRE(wait(facts.store.prune(start + 31 * 24h)));
    CHECK(facts.sessions().empty());
    CHECK(totals(facts).size() == 1);
    REQUIRE(wait(facts.store.prune(start + 92 * 24h)));
    CHECK(totals(facts).empty());
    facts.read([&](FactReader& reader) {
        CHECK(reader.audience(bc_one).size() == 1);
        CHECK(reader.audience(bc_one).front().viewer_seconds == 660);
        CHECK(reader.report(bc_one, "summary") == report);
        CHECK_FALSE(reader.report(bc_one, "quality"));
    });
}

TEST_CASE("a store that cannot be opened says so, and works once it can") {
    const sql::TemporaryStore directory;
    const auto parent = directory.directory() / "later";
    const auto store = *make_store("", parent);
    const auto refused = wait(store->append({.sessions = {view(1, 0, 1)}}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::io);
    std::filesystem::create_directory(parent);
    CHECK(wait(store->append({.sessions = {view(1, 0, 1)}})));
    CHECK(wait(store->open_sessions()));
}

TEST_CASE("a broadcast without facts reads as nothing") {
    TemporaryFacts facts;
    CHECK(facts.sessions().empty());
    CHECK(totals(facts).empty());
    facts.read([](FactReader& reader) {
        CHECK(reader.audience(bc_one).empty());
        CHECK(reader.losses(bc_one) == LossFacts{.broadcast = bc_one});
        CHECK(returning(reader, bc_one, ch_001, Time()) == 0);
    });
}

}  // namespace tally::analytics
