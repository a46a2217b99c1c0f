// Comparing a few numbers without assuming how they are distributed: medians, robust z and Mann-Whitney.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace tally::analytics {

/// Nearest-rank percentile, q in 0..1, exact; empty for no values.
std::optional<double> percentile(std::vector<double> values, double q);
/// The mean of the middle two for an even number; empty for no values.
std::optional<double> median(std::vector<double> values);
/// Median of the distances from the median.
std::optional<double> median_deviation(const std::vector<double>& values);
/// (x - median) / (1.4826 MAD): in standard deviations for normal values. Empty when the values do not vary.
std::optional<double> robust_z(double x, const std::vector<double>& values);
/// Two-sided p of "both come from one distribution": exact for small samples without ties, otherwise the
/// normal approximation with corrections for ties and continuity. Empty below 5 values on either side.
std::optional<double> mann_whitney(std::span<const double> left, std::span<const double> right);

}  // namespace tally::analytics
