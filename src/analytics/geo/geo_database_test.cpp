// places.mmdb is made by tests/e2e/mmdb.mjs: one network in each of the shapes that databases have.
#include "analytics/geo/geo_database.hpp"

#include "analytics/geo/places.hpp"

#include <doctest/doctest.h>

namespace tally::analytics {
namespace {

const std::filesystem::path places = "src/analytics/geo/places.mmdb";

Place find(std::string_view address) {
    return GeoDatabase::open(places).value().find(boost::asio::ip::make_address(address));
}

}  // namespace

TEST_CASE("an address is looked up in whatever shape the database has") {
    CHECK(find("203.0.113.0") == Place{"IN", "IN-KA", "Bengaluru", 55836});
    CHECK(find("203.0.113.255") == Place{"IN", "IN-KA", "Bengaluru", 55836});
    CHECK(find("198.51.100.9") == Place{"DE", "", "", 0});
    CHECK(find("192.0.2.1") == Place{"FR", "", "Paris", 3215});
}

TEST_CASE("what the database does not know, or says badly, is unknown") {
    CHECK(find("192.0.2.200") == Place{});
    CHECK(find("127.0.0.1") == Place{});
    CHECK(find("2001:db8::1") == Place{});
}

TEST_CASE("a file that is no database is refused by name") {
    CHECK(GeoDatabase::open("none.mmdb").error().context.starts_with("none.mmdb: "));
    CHECK_FALSE(GeoDatabase::open("README.md"));
}

TEST_CASE("a database of networks fills in what the database of places does not have") {
    const auto both = Places::open(places, places);
    REQUIRE(both);
    CHECK(both->find("203.0.113.9").asn == 55836);
    CHECK(Places::open("", places)->find("203.0.113.9") == Place{"", "", "", 55836});
    CHECK(both->find("not an address") == Place{});
    CHECK(Places().find("203.0.113.9") == Place{});
    CHECK_FALSE(Places::open(places, "none.mmdb"));
}

}  // namespace tally::analytics
