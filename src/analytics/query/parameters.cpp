#include "analytics/query/parameters.hpp"

#include "base/enum_text.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_pairs = 16;
constexpr auto longest_window = 366 * 24h;

constexpr auto filter_names = std::to_array<std::string_view>({
    "country",
    "region",
    "device",
    "os",
    "browser",
    "player",
    "protocol",
    "connection",
    "cdn",
    "asn",
});

constexpr auto intervals = std::to_array<std::pair<std::string_view, std::chrono::seconds>>({
    {"10s", 10s},
    {"30s", 30s},
    {"1m", 60s},
    {"5m", 300s},
    {"15m", 900s},
    {"1h", 3600s},
    {"1d", 86'400s},
});

std::unexpected<http::Problem> refuse(
    std::string_view code,
    std::string_view name,
    std::string message,
    std::span<const std::string_view> allowed = {}
) {
    auto refusal = http::problem(400, std::string(code), fmt::format("{} {}.", name, message));
    refusal.error().errors = {{fmt::format("/{}", name), "invalid_value", std::move(message)}};
    refusal.error().extra["parameter"] = name;
    if (!allowed.empty())
        refusal.error().extra["allowed"] = boost::json::array(allowed.begin(), allowed.end());
    return refusal;
}

std::unexpected<http::Problem> refuse_choice(
    std::string_view code, std::string_view name, std::span<const std::string_view> allowed
) {
    return refuse(code, name, fmt::format("must be one of {}", fmt::join(allowed, ", ")), allowed);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// Two that are cut, one at each end.
std::size_t buckets_of(Milliseconds span, std::chrono::seconds interval) {
    return static_cast<std::size_t>(span / interval) + 1;
}

/// "90s", "15m", "3h", "7d".
std::optional<std::chrono::seconds> parse_span(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto count = whole_number(text.substr(0, text.size() - 1));
    if (!count || *count < 1 || *count > 1'000'000) return std::nullopt;
    switch (text.back()) {
        case 's':
            return std::chrono::seconds(*count);
        case 'm':
            return std::chrono::minutes(*count);
        case 'h':
            return std::chrono::hours(*count);
        case 'd':
            return std::chrono::days(*count);
        default:
            return std::nullopt;
    }
}

/// "UTC", "Z", "+05:30".
std::optional<std::chrono::seconds> parse_offset(std::string_view text) {
    if (text == "UTC" || text == "Z") return 0s;
    if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto hours = whole_number(text.substr(1, 2));
    const auto minutes = whole_number(text.substr(4, 2));
    if (!hours || !minutes || *hours < 0 || *hours > 14 || *minutes < 0 || *minutes > 59) return std::nullopt;
    const std::chrono::seconds offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
    return text[0] == '-' ? -offset : offset;
}

Outcome<Filter> parse_filter(std::string_view text) {
    Filter filter;
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find(','));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        const auto colon = pair.find(':');
        if (colon == pair.npos ||
            std::ranges::find(filter_names, pair.substr(0, colon)) == filter_names.end() ||
            filter.pairs.size() == most_pairs)
            return refuse(
                "unknown_filter",
                "filter",
                fmt::format("must be name:value pairs with names of {}", fmt::join(filter_names, ", ")),
                filter_names
            );
        filter.pairs.emplace_back(pair.substr(0, colon), pair.substr(colon + 1));
    }
    return filter;
}

Outcome<std::optional<Time>> time_of(const http::Request& request, std::string_view name) {
    const auto text = request.query_parameter(name);
    if (!text) return std::nullopt;
    const auto time = parse_rfc3339(*text);
    if (!time) return refuse("validation_failed", name, "must be an RFC 3339 time");
    return time;
}

Outcome<std::optional<std::chrono::seconds>> window_of(const http::Request& request) {
    const auto text = request.query_parameter("window");
    if (!text) return std::nullopt;
    const auto window = parse_span(*text);
    if (!window || *window < 60s || *window > longest_window)
        return refuse(
            "invalid_window",
            "window",
            "must be 60s..366d, as a number and s, m, h or d",
            std::to_array<std::string_view>({"5m", "30m", "1h", "24h", "7d"})
        );
    return window;
}

}  // namespace

std::span<const std::string_view> dimension_names() {
    return filter_names;
}

std::string dimension_text(const Dimensions& dimensions, std::string_view name) {
    if (name == "country") return dimensions.country;
    if (name == "region") return dimensions.region;
    if (name == "device") return dimensions.device;
    if (name == "os") return dimensions.os;
    if (name == "browser") return dimensions.browser;
    if (name == "player") return dimensions.player;
    if (name == "protocol") return std::string(enum_text(dimensions.protocol));
    if (name == "connection") return dimensions.connection;
    if (name == "cdn") return dimensions.cdn;
    if (name == "asn") return dimensions.asn != 0 ? fmt::format("AS{}", dimensions.asn) : "";
    return "";
}

bool Filter::matches(const Dimensions& dimensions) const {
    return std::ranges::all_of(pairs, [&](const auto& pair) {
        return dimension_text(dimensions, pair.first) == pair.second;
    });
}

Outcome<CommonParameters> zone_parameters(const http::Request& request) {
    CommonParameters common;
    common.timezone = request.query_parameter("timezone").value_or("UTC");
    const auto offset = parse_offset(common.timezone);
    if (!offset) return refuse("validation_failed", "timezone", "must be UTC or an offset such as +05:30");
    common.utc_offset = *offset;
    return common;
}

Outcome<CommonParameters> common_parameters(const http::Request& request) {
    constexpr auto validity = std::to_array<std::string_view>({"valid", "all"});
    TRY(auto common, zone_parameters(request));
    TRY(common.from, time_of(request, "from"));
    TRY(common.to, time_of(request, "to"));
    TRY(common.window, window_of(request));
    if (common.from && common.to && *common.from >= *common.to)
        return refuse("validation_failed", "to", "must be later than from");
    TRY(common.filter, parse_filter(request.query_parameter("filter").value_or("")));
    TRY(const auto wanted, choice(request, "validity", validity));
    common.all = wanted == "all";
    return common;
}

std::chrono::seconds default_interval(Milliseconds span) {
    for (const auto& [name, interval] : intervals)
        if (buckets_of(span, interval) <= bucket_limit) return interval;
    return intervals.back().second;
}

Outcome<std::chrono::seconds> interval_for(const http::Request& request, Milliseconds span) {
    const auto text = request.query_parameter("interval").value_or("auto");
    if (text == "auto") return default_interval(span);
    std::vector<std::string_view> allowed;
    for (const auto& [name, interval] : intervals) {
        allowed.push_back(name);
        if (text != name) continue;
        if (buckets_of(span, interval) <= bucket_limit) return interval;
        auto refusal = refuse(
            "range_too_large",
            "interval",
            fmt::format("gives {} buckets: at most {} are answered", buckets_of(span, interval), bucket_limit)
        );
        refusal.error().extra["maxBuckets"] = bucket_limit;
        return refusal;
    }
    allowed.emplace_back("auto");
    return refuse_choice("invalid_interval", "interval", allowed);
}

std::string interval_text(std::chrono::seconds interval) {
    for (const auto& [name, width] : intervals)
        if (width == interval) return std::string(name);
    return fmt::format("{}s", interval.count());
}

Outcome<ChannelWindow> channel_window(
    const http::Request& request, std::string_view otherwise, bool counted
) {
    constexpr std::string_view suffix = "broadcasts";
    ChannelWindow window{.text = request.query_parameter("window").value_or(std::string(otherwise))};
    constexpr auto days = std::to_array<std::string_view>({"7d", "28d", "90d", "365d"});
    if (std::ranges::find(days, window.text) != days.end()) {
        window.days = std::chrono::days(*whole_number(window.text.substr(0, window.text.size() - 1)));
        return window;
    }
    if (counted && window.text.ends_with(suffix)) {
        const auto count = whole_number(window.text.substr(0, window.text.size() - suffix.size()));
        if (count && *count >= 1 && *count <= 100) {
            window.broadcasts = static_cast<std::size_t>(*count);
            return window;
        }
    }
    std::vector<std::string_view> allowed(days.begin(), days.end());
    if (counted) allowed.emplace_back("1..100broadcasts");
    return refuse_choice("invalid_window", "window", allowed);
}

Outcome<std::string> choice(
    const http::Request& request, std::string_view name, std::span<const std::string_view> allowed
) {
    auto given = request.query_parameter(name);
    if (!given) return std::string(allowed.front());
    if (std::ranges::find(allowed, *given) == allowed.end())
        return refuse_choice("validation_failed", name, allowed);
    return *std::move(given);
}

Outcome<std::vector<std::string>> choices(
    const http::Request& request, std::string_view name, std::span<const std::string_view> allowed
) {
    std::vector<std::string> chosen;
    const auto given = request.query_parameter(name).value_or("");
    for (std::string_view rest = given; !rest.empty();) {
        const auto each = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(each.size() + 1, rest.size()));
        if (std::ranges::find(allowed, each) == allowed.end())
            return refuse_choice("validation_failed", name, allowed);
        chosen.emplace_back(each);
    }
    return chosen;
}

Outcome<std::size_t> limit(const http::Request& request, std::size_t otherwise, std::size_t most) {
    const auto text = request.query_parameter("limit");
    if (!text) return otherwise;
    const auto number = whole_number(*text);
    if (!number || *number < 1 || static_cast<std::size_t>(*number) > most)
        return refuse("validation_failed", "limit", fmt::format("must be 1..{}", most));
    return static_cast<std::size_t>(*number);
}

}  // namespace tally::analytics
