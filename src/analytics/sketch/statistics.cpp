#include "analytics/sketch/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace tally::analytics {

namespace {

constexpr double normal_consistency = 1.4826;
constexpr std::size_t smallest_sample = 5;
constexpr std::size_t exact_sample = 30;

/// U of the left sample, and Σ(t³ − t) over groups of t ties.
struct Ranks {
    double u = 0;
    double ties = 0;
};

Ranks rank(std::span<const double> left, std::span<const double> right) {
    std::vector<std::pair<double, bool>> all;  // value, of the left
    for (const auto value : left)
        all.emplace_back(value, true);
    for (const auto value : right)
        all.emplace_back(value, false);
    std::ranges::sort(all);
    Ranks out;
    for (std::size_t from = 0, to = 0; from < all.size(); from = to) {
        while (to < all.size() && all[to].first == all[from].first)
            ++to;
        const auto tied = static_cast<double>(to - from);
        const double shared_rank = static_cast<double>(from + to + 1) / 2;
        for (auto i = from; i < to; ++i)
            if (all[i].second) out.u += shared_rank;
        out.ties += tied * tied * tied - tied;
    }
    const auto n = static_cast<double>(left.size());
    out.u -= n * (n + 1) / 2;
    return out;
}

/// P(U <= u) of two samples of n and m: a[k] counts the orders that give U = k.
double exact_lower_tail(std::size_t n, std::size_t m, std::size_t u) {
    std::vector<double> ways(n * m + 1, 0);
    ways[0] = 1;
    // The product of (1 - x^(m + i)) / (1 - x^i) is the Gaussian binomial coefficient.
    for (std::size_t i = 1; i <= n; ++i) {
        for (std::size_t k = ways.size(); k-- > m + i;)
            ways[k] -= ways[k - m - i];
        for (std::size_t k = i; k < ways.size(); ++k)
            ways[k] += ways[k - i];
    }
    const auto total = std::accumulate(ways.begin(), ways.end(), 0.0);
    const auto below = std::accumulate(ways.begin(), ways.begin() + static_cast<std::ptrdiff_t>(u) + 1, 0.0);
    return below / total;
}

}  // namespace

std::optional<double> percentile(std::vector<double> values, double q) {
    if (values.empty()) return std::nullopt;
    const auto rank = std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(values.size()));
    const auto at = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::ranges::nth_element(values, values.begin() + at);
    return values[static_cast<std::size_t>(at)];
}

std::optional<double> median(std::vector<double> values) {
    if (values.empty()) return std::nullopt;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

std::optional<double> median_deviation(const std::vector<double>& values) {
    const auto centre = median(values);
    if (!centre) return std::nullopt;
    std::vector<double> distances;
    distances.reserve(values.size());
    for (const auto value : values)
        distances.push_back(std::abs(value - *centre));
    return median(std::move(distances));
}

std::optional<double> robust_z(double x, const std::vector<double>& values) {
    const auto spread = median_deviation(values);
    if (!spread || *spread == 0) return std::nullopt;
    return (x - *median(values)) / (normal_consistency * *spread);
}

std::optional<double> mann_whitney(std::span<const double> left, std::span<const double> right) {
    if (left.size() < smallest_sample || right.size() < smallest_sample) return std::nullopt;
    const auto [u, ties] = rank(left, right);
    const auto n = static_cast<double>(left.size());
    const auto m = static_cast<double>(right.size());
    const double smaller = std::min(u, n * m - u);
    if (ties == 0 && std::max(left.size(), right.size()) <= exact_sample) {
        const auto tail = exact_lower_tail(left.size(), right.size(), static_cast<std::size_t>(smaller));
        return std::min(1.0, 2 * tail);
    }
    const double variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
    if (variance <= 0) return 1;
    const double z = std::max(0.0, std::abs(u - n * m / 2) - 0.5) / std::sqrt(variance);
    return std::erfc(z / std::numbers::sqrt2);
}

}  // namespace tally::analytics
