#include "json/mapping.hpp"

#include "json/checks.hpp"
#include "json/text.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <doctest/doctest.h>

namespace tally::json {
namespace {

enum class Visibility : std::uint8_t { public_, unlisted };
BOOST_DESCRIBE_ENUM(Visibility, public_, unlisted)

struct Quality {
    int fps = 30;
};
BOOST_DESCRIBE_STRUCT(Quality, (), (fps))

struct Show {
    ChannelId id;
    Visibility visibility = Visibility::public_;
    std::optional<Time> started_at;
    Milliseconds duration{};
    std::vector<Quality> quality_levels;
};
BOOST_DESCRIBE_STRUCT(Show, (), (id, visibility, started_at, duration, quality_levels))

struct LongShow : Show {
    bool live = false;
};
BOOST_DESCRIBE_STRUCT(LongShow, (Show), (live))

Show example() {
    Show show;
    show.id = *ChannelId::parse("ch_001");
    show.duration = Milliseconds(3605200);
    show.quality_levels = {{.fps = 60}};
    return show;
}

TEST_CASE("members are camelCase, durations are seconds and an empty optional is null") {
    CHECK(
        write(example()) ==
        R"({"id":"ch_001","visibility":"public","startedAt":null,"duration":3605.2,"qualityLevels":[{"fps":60}]})"
    );
}

TEST_CASE("what was written reads back") {
    auto show = example();
    show.started_at = Time(std::chrono::milliseconds(1'700'000'000'123));
    show.visibility = Visibility::unlisted;
    const auto read_back = read<Show>(write(show));
    REQUIRE(read_back);
    CHECK(write(*read_back) == write(show));
}

TEST_CASE("a text with U+0000 in it is refused, wherever it stands") {
    const auto read_text = read<std::string>(R"("cut \u0000 here")");
    REQUIRE(!read_text);
    CHECK(read_text.error().front().code == "invalid_value");
    const auto list = read<std::vector<std::string>>(R"(["fine","cut \u0000 here"])");
    REQUIRE(!list);
    CHECK(list.error().front().pointer == "/1");
    CHECK(read<std::string>(R"("\u0001\u001f")"));
}

TEST_CASE("inherited members are part of the document") {
    LongShow show;
    static_cast<Show&>(show) = example();
    const auto document = encode(show);
    CHECK(document.at("id") == "ch_001");
    CHECK(document.at("live") == false);
}

TEST_CASE("every wrong member is named by its pointer") {
    const auto show =
        read<Show>(R"({"id":"../x","visibility":"secret","duration":"1","qualityLevels":[{},{"fps":1.5}]})");
    REQUIRE(!show);
    std::vector<std::string> found;
    for (const auto& error : show.error())
        found.push_back(error.pointer + " " + error.code);
    CHECK(
        found ==
        std::vector<std::string>{
            "/id invalid_value",
            "/visibility invalid_value",
            "/duration wrong_type",
            "/qualityLevels/0/fps required",
            "/qualityLevels/1/fps out_of_range",
        }
    );
    CHECK(show.error()[1].message == "must be one of public, unlisted");
}

TEST_CASE("text that is not JSON, trails or nests too deep is malformed, never a crash") {
    for (const auto& text : {std::string("{"), std::string("{} x"), std::string(), std::string(10000, '[')}) {
        const auto show = read<Show>(text);
        REQUIRE(!show);
        CHECK(show.error().front().code == "malformed");
    }
}

TEST_CASE("numbers are printed as people write them") {
    CHECK(
        print(object{{"a", 0.5}, {"b", 1e6}, {"c", -3}, {"d", "\"\n"}}) ==
        R"({"a":0.5,"b":1000000,"c":-3,"d":"\"\n"})"
    );
}

TEST_CASE("lengths count characters, not bytes") {
    Checks checks;
    checks.length("/title", "\u00e9\u00e9\u00e9", 1, 3);
    checks.length("/title", "", 1, 3);
    checks.range("/fps", 241, 1, 240);
    const auto errors = checks.take();
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].code == "too_short");
    CHECK(errors[1].message == "must be 1..240");
}

}  // namespace
}  // namespace tally::json
