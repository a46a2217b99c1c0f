// Query parameters of the analytics API as values (API A6 and the error matrix of 1.9): what is wrong is said
// with what would be right.
#pragma once

#include "analytics/facts.hpp"
#include "http/problem.hpp"

#include <array>
#include <chrono>
#include <span>
#include <string_view>

namespace tally::analytics {

using http::Outcome;

/// "country:IN,device:mobile": a view has to match every pair.
struct Filter {
    std::vector<std::pair<std::string, std::string>> pairs{};

    bool empty() const { return pairs.empty(); }

    bool matches(const Dimensions& dimensions) const;
};

/// The text of one dimension by its name in filters: "country", "asn" ("AS55836"), ...
std::string dimension_text(const Dimensions& dimensions, std::string_view name);
std::span<const std::string_view> dimension_names();

/// What every analytics GET takes.
struct CommonParameters {
    std::optional<Time> from{};
    std::optional<Time> to{};
    std::optional<std::chrono::seconds> window{};  // back from `to`
    Filter filter{};
    bool all = false;  // validity=all: with those that do not count
    std::chrono::seconds utc_offset{};
    std::string timezone = "UTC";

    /// Nothing was asked for but the whole: an answer that may have been kept.
    bool plain() const { return !from && !to && !window && filter.empty() && !all; }
};

Outcome<CommonParameters> common_parameters(const http::Request& request);
/// `timezone` alone, where `window` means something else.
Outcome<CommonParameters> zone_parameters(const http::Request& request);

inline constexpr std::size_t bucket_limit = 1440;

/// The width of buckets of a series over `span`: the one asked for, or the smallest that fits.
Outcome<std::chrono::seconds> interval_for(const http::Request& request, Milliseconds span);
/// The smallest that fits.
std::chrono::seconds default_interval(Milliseconds span);
/// "30s", "5m", "1d".
std::string interval_text(std::chrono::seconds interval);

/// "28d" or "10broadcasts".
struct ChannelWindow {
    std::string text{};
    std::optional<std::chrono::days> days{};
    std::size_t broadcasts = 0;
};

/// `counted`: "<n>broadcasts" is allowed too.
Outcome<ChannelWindow> channel_window(const http::Request& request, std::string_view otherwise, bool counted);

/// One of `allowed`, the first when absent; otherwise 400 that lists them.
Outcome<std::string> choice(
    const http::Request& request, std::string_view name, std::span<const std::string_view> allowed
);
/// A comma separated list of them; empty when absent.
Outcome<std::vector<std::string>> choices(
    const http::Request& request, std::string_view name, std::span<const std::string_view> allowed
);
Outcome<std::size_t> limit(const http::Request& request, std::size_t otherwise, std::size_t most);

}  // namespace tally::analytics
