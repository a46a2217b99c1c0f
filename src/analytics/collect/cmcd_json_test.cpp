#include "analytics/collect/cmcd_json.hpp"

#include "json/text.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::analytics;

TEST_CASE("JSON says the same as the text form") {
    const auto document = json::parse(
        R"([{"sid":"1","cid":"bc_1","br":[4000],"sta":"p","e":"e","ec":["a","b"],"com.tally-sw":[2,1],"ltc":2.5}])"
    );
    REQUIRE(document);
    const auto records = read_cmcd(*document);
    REQUIRE(records);
    REQUIRE(records->size() == 1);
    const auto& record = records->front();
    CHECK(record.sid == "1");
    CHECK(record.content == "bc_1");
    CHECK(record.beacon.bitrate_kbps == 4000);
    CHECK(record.beacon.state == PlayerState::playing);
    CHECK(record.beacon.error);
    CHECK(record.beacon.error_code == "a");
    CHECK(record.beacon.switches_down == 1);
    CHECK(record.beacon.latency_ms == 3);
    CHECK(!read_cmcd(*json::parse("[1]")));
    CHECK(!read_cmcd(*json::parse("\"sid\"")));
}
