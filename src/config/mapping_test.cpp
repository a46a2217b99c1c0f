#include "config/mapping.hpp"

#include <doctest/doctest.h>

namespace tally::config {

enum class Colour : unsigned char { red, green };

template <>
inline constexpr std::array<std::string_view, 2> enum_names<Colour> = {"red", "green"};

struct Kitchen {
    std::string name = "main";
    std::uint16_t chairs = 4;
    bool open = false;
    Colour wall = Colour::red;
    Milliseconds timer{5000};
    Strings pans{"wok"};
};
BOOST_DESCRIBE_STRUCT(Kitchen, (), (name, chairs, open, wall, timer, pans))

struct House {
    Kitchen kitchen;
};
BOOST_DESCRIBE_STRUCT(House, (), (kitchen))

namespace {

std::string error_of(std::string_view text) {
    const auto house = parse<House>(text, "house.toml");
    return house ? "" : house.error().context;
}

Environment environment(std::map<std::string, std::string, std::less<>> variables) {
    return [variables = std::move(variables)](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
}

}  // namespace

TEST_CASE("a document overrides the defaults of the struct, each type in its own form") {
    const auto house = parse<House>(
        "[kitchen]\nname = \"old\"\nchairs = 6\nopen = true\nwall = \"green\"\ntimer = \"90s\"\n"
        "pans = [\"pot\", \"skillet\"]\n",
        "house.toml"
    );
    REQUIRE(house);
    CHECK(house->kitchen.name == "old");
    CHECK(house->kitchen.chairs == 6);
    CHECK(house->kitchen.open);
    CHECK(house->kitchen.wall == Colour::green);
    CHECK(house->kitchen.timer == std::chrono::seconds(90));
    CHECK(house->kitchen.pans == Strings{"pot", "skillet"});
}

TEST_CASE("a key that is left out keeps its default") {
    const auto house = parse<House>("kitchen.chairs = 2", "house.toml");
    REQUIRE(house);
    CHECK(house->kitchen.name == "main");
    CHECK(house->kitchen.chairs == 2);
}

TEST_CASE("an unknown key is an error with its line and path") {
    CHECK(error_of("[kitchen]\n\nchair = 6\n") == "house.toml:3: kitchen.chair: unknown key");
    CHECK(error_of("[kitchen]\n[kitchn]\n") == "house.toml:2: kitchn: unknown key");
    CHECK(error_of("chairs = 6\n") == "house.toml:1: chairs: unknown key");
}

TEST_CASE("a value of the wrong type is an error that says what is expected") {
    CHECK(
        error_of("[kitchen]\nchairs = \"6\"\n") ==
        "house.toml:2: kitchen.chairs: expected a whole number from 0 to 65535"
    );
    CHECK(
        error_of("kitchen.chairs = 65536\n") ==
        "house.toml:1: kitchen.chairs: expected a whole number from 0 to 65535"
    );
    CHECK(
        error_of("kitchen.wall = \"blue\"\n") ==
        "house.toml:1: kitchen.wall: expected one of \"red\", \"green\""
    );
    CHECK(error_of("kitchen.open = 1\n") == "house.toml:1: kitchen.open: expected true or false");
    CHECK(error_of("kitchen.name = [\"a\"]\n") == "house.toml:1: kitchen.name: expected a string");
    CHECK(
        error_of("kitchen.pans = [\"pot\", 2]\n") ==
        "house.toml:1: kitchen.pans: expected a list of strings such as [\"one\", \"two\"]"
    );
    CHECK(error_of("kitchen = 3\n") == "house.toml:1: kitchen: expected a table");
    CHECK(
        error_of("kitchen.timer = 5\n") ==
        "house.toml:1: kitchen.timer: expected a duration such as \"2s\" or \"333ms\""
    );
}

TEST_CASE("the first mistake of a document is the one reported") {
    CHECK(error_of("[kitchen]\nzebra = 1\nant = 2\n").starts_with("house.toml:2: kitchen.zebra"));
}

TEST_CASE("broken TOML is an error with its line") {
    CHECK(error_of("[kitchen]\nname = \n").starts_with("house.toml:2: "));
}

TEST_CASE("every key can be set in the environment") {
    House house;
    const auto keys = keys_of(house);
    REQUIRE(apply_environment(
        keys,
        environment(
            {{"TALLY_KITCHEN_NAME", "42"},
             {"TALLY_KITCHEN_CHAIRS", "8"},
             {"TALLY_KITCHEN_OPEN", "true"},
             {"TALLY_KITCHEN_WALL", "green"},
             {"TALLY_KITCHEN_TIMER", "1m"},
             {"TALLY_KITCHEN_PANS", "pot,skillet"}}
        )
    ));
    CHECK(house.kitchen.name == "42");
    CHECK(house.kitchen.chairs == 8);
    CHECK(house.kitchen.open);
    CHECK(house.kitchen.wall == Colour::green);
    CHECK(house.kitchen.timer == std::chrono::minutes(1));
    CHECK(house.kitchen.pans == Strings{"pot", "skillet"});
}

TEST_CASE("a bad environment variable is an error with its name") {
    House house;
    for (const auto* text : {"", "many", "8x", "-1", "99999999999999999999"}) {
        CAPTURE(text);
        const auto applied = apply_environment(keys_of(house), environment({{"TALLY_KITCHEN_CHAIRS", text}}));
        REQUIRE_FALSE(applied);
        CHECK(applied.error().context == "TALLY_KITCHEN_CHAIRS: expected a whole number from 0 to 65535");
    }
}

TEST_CASE("rendered settings are commented, show what differs, and read back the same") {
    House house;
    House defaults;
    house.kitchen.name = "a \"quoted\" one\n";
    house.kitchen.chairs = 3;
    house.kitchen.pans = {"pot", "\"big\" one"};
    const Comment comments[] = {{"kitchen.chairs", "How many may sit."}};
    const auto document = render(keys_of(house), keys_of(defaults), comments);
    CHECK(document.find("# How many may sit.\nchairs = 3  # default: 4\n") != std::string::npos);
    CHECK(document.find("timer = \"5s\"\n") != std::string::npos);
    const auto again = parse<House>(document, "house.toml");
    REQUIRE(again);
    CHECK(again->kitchen.name == house.kitchen.name);
    CHECK(again->kitchen.chairs == 3);
    CHECK(again->kitchen.pans == house.kitchen.pans);
}

TEST_CASE("a duration is a whole number and a unit, and nothing else") {
    CHECK(parse_duration("333ms") == Milliseconds(333));
    CHECK(parse_duration("24h") == std::chrono::hours(24));
    for (const auto* text : {"", "s", "5", "5 s", "-5s", "1.5s", "5sec", "99999999999s"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}

TEST_CASE("a duration is written with the largest unit that fits") {
    CHECK(duration_text(Milliseconds(0)) == "0s");
    CHECK(duration_text(Milliseconds(1500)) == "1500ms");
    CHECK(duration_text(Milliseconds(60'000)) == "1m");
    CHECK(duration_text(Milliseconds(7'200'000)) == "2h");
}

}  // namespace tally::config
