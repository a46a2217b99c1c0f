#include "analytics/query/score.hpp"

#include "analytics/store/testing.hpp"

namespace tally::analytics {

using namespace test;

TEST_CASE("the score of a view is that of its published formulas") {
    struct Example {
        std::int64_t rebuffers;
        double buffering;
        std::int64_t startup_ms;
        std::int64_t upscale_permille;
        double score;
    };

    for (const auto& [rebuffers, buffering, startup_ms, upscale, score] : std::to_array<Example>({
             {0, 0, 400, 0, 98.3},
             {1, 0.01, 1500, 0, 89.79},
             {4, 0.08, 6000, 600, 55.07},
         })) {
        auto facts = view(1, 0, 1000);
        facts.startup_ms = startup_ms;
        facts.counters.rebuffers = rebuffers;
        facts.counters.play_ms = static_cast<std::int64_t>(1'000'000 * (1 - buffering));
        facts.counters.rebuffer_ms = static_cast<std::int64_t>(1'000'000 * buffering);
        facts.counters.upscale_permille_ms = facts.counters.play_ms * upscale;
        facts.upscale_permille_max = upscale;
        REQUIRE(score_of(facts));
        CHECK(score_of(facts)->total == doctest::Approx(score).epsilon(0.001));
    }
}

TEST_CASE("a fatal view scores zero, one that gave up waiting half") {
    auto facts = view(1, 0, 100);
    facts.exit = Exit::fatal;
    CHECK(score_of(facts)->total == 0);
    facts = view(1, 0, 8);
    facts.first_frame.reset();
    facts.counters.play_ms = 0;
    facts.exit = Exit::ebvs;
    CHECK(score_of(facts)->playback_success == 50);
    CHECK(score_of(facts)->startup == 50);
    CHECK(score_of(facts)->total == doctest::Approx(50 * std::pow(0.5, 0.35)));
}

TEST_CASE("views that tell nothing have no score") {
    auto silent = view(1, 0, 100);
    silent.beaconed = false;
    CHECK_FALSE(score_of(silent));
    auto gone = view(1, 0, 0.5);
    gone.exit = Exit::abandoned;
    CHECK_FALSE(score_of(gone));
}

}  // namespace tally::analytics
