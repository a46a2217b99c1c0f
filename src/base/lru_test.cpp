#include "base/lru.hpp"

#include <doctest/doctest.h>

namespace tally {
namespace {

TEST_CASE("a cache drops what was used least recently") {
    Lru<int> cache(10);
    cache.put("a", 1, 4);
    cache.put("b", 2, 4);
    CHECK(cache.find("a") == 1);
    cache.put("c", 3, 4);
    CHECK(cache.find("b") == std::nullopt);
    CHECK(cache.find("a") == 1);
    cache.put("d", 4, 100);
    CHECK(cache.find("d") == 4);
    CHECK(cache.find("a") == std::nullopt);
}

}  // namespace
}  // namespace tally
