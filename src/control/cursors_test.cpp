#include "control/cursors.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

TEST_CASE("a cursor comes back as the position it was made from") {
    const Cursors cursors{Secret("one")};
    const Position position{Time(Milliseconds(1'700'000'000'123)), "bc_01J"};
    const auto parsed = cursors.parse("broadcasts", cursors.print("broadcasts", position));
    REQUIRE(parsed);
    CHECK(parsed->at == position.at);
    CHECK(parsed->id == position.id);
}

TEST_CASE("a cursor of another list, another server or a meddling client is none") {
    const Cursors cursors{Secret("one")};
    const auto cursor = cursors.print("broadcasts", {Time(Milliseconds(5)), "bc_01J"});
    CHECK(!cursors.parse("streams", cursor));
    CHECK(!Cursors(Secret("two")).parse("broadcasts", cursor));
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        auto changed = cursor;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        const auto parsed = cursors.parse("broadcasts", changed);
        // The last letter carries bits that no byte takes: then it is the same cursor.
        CHECK((!parsed || parsed->id == "bc_01J"));
    }
    for (const auto* text : {"", "!", "AAAA", "bc_01J"})
        CHECK(!cursors.parse("broadcasts", text));
    CHECK(!cursors.parse("broadcasts", std::string(100'000, 'A')));
}

}  // namespace
}  // namespace tally::control
