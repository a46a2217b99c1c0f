#include "analytics/collect/cmcd.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

TEST_CASE("a record of an event body gives its keys") {
    const auto record = parse_cmcd(
        R"(v=2,sid="a b",cid="bc_1",sn=7,ts=1700000000123,e=t,sta=p,sf=h,br=(4000;v 128;a),mtp=(12000),)"
        R"(msd=612,ltc=2400,bsa=(2),bsda=(900),dfa=3,pt=1700000000000,com.tally-tk="t.k",com.tally-vid="u",)"
        R"(com.tally-cns=2,com.tally-wh="1280x720",com.tally-rh=1080,com.tally-tfr=900,com.tally-plms=30000,)"
        R"(com.tally-rbms=850,com.tally-sw=(3 1),com.tally-ct="4g",com.tally-hb=4)"
    );
    REQUIRE(record);
    CHECK(record->sid == "a b");
    CHECK(record->content == "bc_1");
    CHECK(record->token == "t.k");
    CHECK(record->viewer == "u");
    CHECK(record->consent == 2);
    const auto& beacon = record->beacon;
    CHECK(beacon.state == PlayerState::playing);
    CHECK(beacon.protocol == Protocol::hls);
    CHECK(beacon.sequence == 7);
    CHECK(beacon.time == Time(Milliseconds(1700000000123)));
    CHECK(beacon.bitrate_kbps == 4000);
    CHECK(beacon.throughput_kbps == 12000);
    CHECK(beacon.startup_ms == 612);
    CHECK(beacon.stalls == 2);
    CHECK(beacon.stall_ms == 900);
    CHECK(beacon.dropped_frames == 3);
    CHECK(beacon.player_height == 720);
    CHECK(beacon.rendition_height == 1080);
    CHECK(beacon.play_ms == 30000);
    CHECK(beacon.switches_up == 3);
    CHECK(beacon.switches_down == 1);
    CHECK(beacon.connection == "4g");
    CHECK(!beacon.error);
}

TEST_CASE("an error has its first code") {
    const auto record = parse_cmcd(R"(e=e,ec=("hls.fragLoadTimeOut" "x"),sta=f)");
    REQUIRE(record);
    CHECK(record->beacon.error);
    CHECK(record->beacon.error_code == "hls.fragLoadTimeOut");
    CHECK(record->beacon.state == PlayerState::fatal);
}

TEST_CASE("version 1 is read too: spaces, flags, unknown keys, decimals") {
    const auto record = parse_cmcd(R"(bl=21300, br=3200,bs,d=2002.7,nor="..%2Fx",sid="1",ltc=2.6,su)");
    REQUIRE(record);
    CHECK(record->sid == "1");
    CHECK(record->beacon.bitrate_kbps == 3200);
    CHECK(record->beacon.latency_ms == 3);
}

TEST_CASE("a value of the wrong kind is passed over, a negative number too") {
    const auto record = parse_cmcd(R"(br="high",msd=-4,sta=zz,sn=99999999999999999999,sid="1")");
    REQUIRE(record);
    CHECK(record->beacon.bitrate_kbps == absent);
    CHECK(record->beacon.startup_ms == absent);
    CHECK(record->beacon.sequence == absent);
    CHECK(record->beacon.state == PlayerState::unknown);
}

TEST_CASE("what is no record is refused") {
    for (const auto* text : {"=", "sid=\"open", "br=(1 2", "a=1 b=2", "sid=", "\x01", "sid=\"a\\"})
        CHECK_MESSAGE(!parse_cmcd(text), text);
}
