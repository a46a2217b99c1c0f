#include "analytics/sketch/quantiles.hpp"

#include "analytics/sketch/statistics.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

namespace tally::analytics {
namespace {

constexpr auto asked = std::to_array({0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0});

std::vector<double> startup_times(std::size_t count, unsigned seed) {
    std::mt19937_64 random(seed);
    std::lognormal_distribution<double> milliseconds(6.5, 0.9);
    std::vector<double> values(count);
    std::ranges::generate(values, [&] { return milliseconds(random); });
    return values;
}

Quantiles sketch_of(std::span<const double> values) {
    Quantiles sketch;
    for (const auto value : values)
        sketch.add(value);
    return sketch;
}

Bytes written(const Quantiles& sketch) {
    ByteWriter to;
    sketch.write(to);
    return to.take();
}

}  // namespace

TEST_CASE("every quantile is within one per cent of the exact one") {
    for (const std::size_t size : {1U, 7U, 1000U, 50'000U}) {
        const auto values = startup_times(size, static_cast<unsigned>(size));
        const auto sketch = sketch_of(values);
        for (const auto q : asked) {
            const double exact = *percentile(values, q);
            CHECK_MESSAGE(std::abs(*sketch.at(q) - exact) <= exact * 0.0100001, q);
        }
    }
}

TEST_CASE("a merge of sketches gives what one sketch of everything gives") {
    const auto values = startup_times(10'000, 5);
    const std::span all(values);
    auto merged = sketch_of(all.first(3000));
    merged.merge(sketch_of(all.subspan(3000)));
    const auto whole = sketch_of(all);
    CHECK(merged.count() == whole.count());
    for (const auto q : asked)
        CHECK(merged.at(q) == whole.at(q));
}

TEST_CASE("a weight counts as that many values") {
    Quantiles weighted;
    weighted.add(900, 10);
    weighted.add(4500, 89);
    weighted.add(6000, 1);
    CHECK(*weighted.at(0.05) == doctest::Approx(900).epsilon(0.01));
    CHECK(*weighted.at(0.5) == doctest::Approx(4500).epsilon(0.01));
    CHECK(*weighted.at(1) == doctest::Approx(6000).epsilon(0.01));
    CHECK(weighted.count() == 100);
}

TEST_CASE("zero is kept as zero, and nothing gives nothing") {
    Quantiles sketch;
    CHECK_FALSE(sketch.at(0.5));
    sketch.add(0);
    sketch.add(-3);
    sketch.add(100);
    CHECK(*sketch.at(0.5) == 0);
    CHECK(*sketch.at(0.9) == doctest::Approx(100).epsilon(0.01));
    sketch.add(NAN);
    CHECK(sketch.count() == 3);
}

TEST_CASE("absurd values cost no memory and leave the high quantiles right") {
    Quantiles sketch;
    for (double value = 1e-6; value < 1e300; value *= 10)
        sketch.add(value);
    CHECK(written(sketch).size() <= 16 + 8 * Quantiles::bin_limit);
    sketch.add(1e6, 10'000);
    CHECK(*sketch.at(0.5) == doctest::Approx(1e6).epsilon(0.01));
}

TEST_CASE("a sketch is read as it was written, and refused when cut") {
    const auto sketch = sketch_of(startup_times(500, 9));
    const auto bytes = written(sketch);
    ByteReader from(bytes);
    const auto back = Quantiles::read(from);
    REQUIRE(back);
    CHECK(from.remaining() == 0);
    for (const auto q : asked)
        CHECK(back->at(q) == sketch.at(q));
    for (const std::size_t kept : {std::size_t{0}, std::size_t{9}, bytes.size() - 1}) {
        ByteReader cut(ByteView(bytes).first(kept));
        CHECK_FALSE(Quantiles::read(cut));
    }
}

TEST_CASE("a first bin beyond all values is refused") {
    for (const auto first :
         {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()}) {
        ByteWriter to;
        to.u64(0);
        to.u32(static_cast<std::uint32_t>(first));
        to.u32(1);
        to.u64(1);
        const auto bytes = to.take();
        ByteReader from(bytes);
        CHECK_FALSE(Quantiles::read(from));
    }
}

}  // namespace tally::analytics
