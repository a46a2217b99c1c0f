#include "analytics/sketch/distinct.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <random>

namespace tally::analytics {
namespace {

std::vector<std::uint64_t> some_hashes(std::size_t count, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> hashes(count);
    std::ranges::generate(hashes, random);
    return hashes;
}

DistinctCount counting(std::span<const std::uint64_t> hashes) {
    DistinctCount count;
    for (const auto hash : hashes)
        count.add(hash);
    return count;
}

Bytes written(const DistinctCount& count) {
    ByteWriter to;
    count.write(to);
    return to.take();
}

}  // namespace

TEST_CASE("up to 65 536 different viewers are counted exactly, however often each is seen") {
    const auto hashes = some_hashes(DistinctCount::exact_limit);
    auto count = counting(hashes);
    for (const auto hash : hashes)
        count.add(hash);
    CHECK(count.exact());
    CHECK(count.count() == DistinctCount::exact_limit);
    CHECK(count.error() == 0);
}

TEST_CASE("a hash of zero is a viewer like any other") {
    DistinctCount count;
    count.add(0);
    count.add(0);
    count.add(1);
    CHECK(count.count() == 2);
}

TEST_CASE("beyond the exact limit the count stays within four standard errors") {
    for (const std::size_t size : {65'537U, 100'000U, 400'000U, 2'000'000U}) {
        for (unsigned seed = 1; seed <= 3; ++seed) {
            const auto count = counting(some_hashes(size, seed));
            CHECK_FALSE(count.exact());
            const double off = std::abs(static_cast<double>(count.count()) / static_cast<double>(size) - 1);
            CHECK_MESSAGE(off < 4 * DistinctCount::hll_error, size);
        }
    }
}

TEST_CASE("a merge gives what one count of everything gives") {
    const auto hashes = some_hashes(300'000);
    const std::span all(hashes);
    for (const std::size_t cut : {100U, 50'000U, 200'000U}) {
        auto left = counting(all.first(cut + 50));  // 50 are in both
        left.merge(counting(all.subspan(cut)));
        CHECK(left.count() == counting(all).count());
        auto right = counting(all.subspan(cut));
        right.merge(counting(all.first(cut + 50)));
        CHECK(right.count() == left.count());
    }
    auto small = counting(all.first(10));
    small.merge(counting(all.subspan(5, 10)));
    CHECK(small.count() == 15);
}

TEST_CASE("the least hash of each register counts as all that fall there") {
    const auto hashes = some_hashes(200'000);
    std::map<std::uint64_t, std::uint64_t> leasts;
    for (const auto hash : hashes) {
        auto& least = leasts.try_emplace(hash >> 50U, hash).first->second;
        least = std::min(least, hash);
    }
    std::vector<std::uint64_t> chosen;
    for (const auto& [index, least] : leasts)
        chosen.push_back(least);
    const auto count = DistinctCount::of_leasts(chosen);
    CHECK(written(count) == written(counting(hashes)));
    CHECK_FALSE(DistinctCount::of_leasts({}).exact());
}

TEST_CASE("a distinct count is read as it was written") {
    for (const std::size_t size : {0U, 5U, 70'000U}) {
        const auto count = counting(some_hashes(size));
        const auto bytes = written(count);
        ByteReader from(bytes);
        const auto back = DistinctCount::read(from);
        REQUIRE(back);
        CHECK(back->count() == count.count());
        CHECK(back->exact() == count.exact());
        CHECK(from.remaining() == 0);
    }
}

TEST_CASE("a distinct count that was cut or damaged is refused") {
    for (const std::size_t size : {5U, 70'000U}) {
        const auto bytes = written(counting(some_hashes(size)));
        for (const std::size_t kept : {std::size_t{0}, std::size_t{3}, bytes.size() - 1}) {
            ByteReader from(ByteView(bytes).first(kept));
            CHECK_FALSE(DistinctCount::read(from));
        }
    }
    ByteReader unknown(bytes_of("\x07\0\0\0\0"));
    CHECK_FALSE(DistinctCount::read(unknown));
}

}  // namespace tally::analytics
