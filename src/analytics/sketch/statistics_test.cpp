#include "analytics/sketch/statistics.hpp"

#include <doctest/doctest.h>

namespace tally::analytics {

TEST_CASE("percentiles are those of the nearest rank") {
    const std::vector<double> values{50, 10, 40, 20, 30};
    CHECK(*percentile(values, 0) == 10);
    CHECK(*percentile(values, 0.2) == 10);
    CHECK(*percentile(values, 0.21) == 20);
    CHECK(*percentile(values, 0.5) == 30);
    CHECK(*percentile(values, 1) == 50);
    CHECK_FALSE(percentile({}, 0.5));
}

TEST_CASE("the median of an even number lies between the middle two") {
    CHECK(*median({1, 2, 3, 10}) == 2.5);
    CHECK(*median({3, 1, 2}) == 2);
    CHECK_FALSE(median({}));
}

TEST_CASE("robust z is not moved by an outlier") {
    const std::vector<double> values{10, 12, 11, 13, 9, 1000};
    CHECK(*median_deviation(values) == 1.5);
    CHECK(*robust_z(11.5, values) == doctest::Approx(0));
    CHECK(*robust_z(1000, values) == doctest::Approx(988.5 / (1.4826 * 1.5)));
    CHECK_FALSE(robust_z(3, {5, 5, 5}));
}

TEST_CASE("Mann-Whitney is exact for small samples without ties") {
    // All of one side below all of the other: 2 / C(10, 5).
    CHECK(
        *mann_whitney(std::vector<double>{1, 2, 3, 4, 5}, std::vector<double>{6, 7, 8, 9, 10}) ==
        doctest::Approx(2.0 / 252)
    );
    // U = 1: two of 252 orders on either side.
    CHECK(
        *mann_whitney(std::vector<double>{1, 2, 3, 4, 6}, std::vector<double>{5, 7, 8, 9, 10}) ==
        doctest::Approx(4.0 / 252)
    );
    CHECK_FALSE(mann_whitney(std::vector<double>{1, 2, 3, 4}, std::vector<double>{5, 6, 7, 8, 9}));
}

TEST_CASE("Mann-Whitney with ties approximates, and sees no difference between equals") {
    const std::vector<double> same(8, 3);
    CHECK(*mann_whitney(same, same) == 1);
    const std::vector<double> low{1, 1, 2, 2, 3, 3, 4, 4};
    const std::vector<double> high{5, 5, 6, 6, 7, 7, 8, 8};
    CHECK(*mann_whitney(low, high) < 0.001);
    CHECK(*mann_whitney(low, low) > 0.9);
}

}  // namespace tally::analytics
