// Numbers as answers print them: quotients of nothing are zero, quantiles of nothing are null, and no more
// digits than mean something.
#pragma once

#include "analytics/sketch/quantiles.hpp"

#include <boost/json/object.hpp>

#include <cmath>

namespace tally::analytics {

namespace json = boost::json;

inline double rounded(double value, int digits = 6) {
    const double scale = std::pow(10.0, digits);
    return std::round(value * scale) / scale;
}

template <class Over, class Under>
double ratio(Over over, Under under) {
    const auto divisor = static_cast<double>(under);
    return divisor == 0 ? 0 : rounded(static_cast<double>(over) / divisor);
}

/// Null when there is nothing to divide by.
template <class Over, class Under>
json::value average(Over over, Under under, int digits = 3) {
    const auto divisor = static_cast<double>(under);
    if (divisor == 0) return nullptr;
    return rounded(static_cast<double>(over) / divisor, digits);
}

/// The quantile `q` of the sketch, divided by `unit`; null of nothing.
inline json::value quantile(const Quantiles& sketch, double q, double unit = 1, int digits = 3) {
    const auto value = sketch.at(q);
    return value ? json::value(rounded(*value / unit, digits)) : json::value(nullptr);
}

inline double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

}  // namespace tally::analytics
