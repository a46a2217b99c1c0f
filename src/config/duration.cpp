#include "config/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace tally::config {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};

constexpr std::array units = {Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000}, Unit{"ms", 1}};

}  // namespace

std::optional<Milliseconds> parse_duration(std::string_view text) {
    std::uint32_t count = 0;  // 32 bits: no unit can overflow the product
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    for (const auto& unit : units) {
        if (text == unit.name) return Milliseconds(count * unit.milliseconds);
    }
    return std::nullopt;
}

std::string duration_text(Milliseconds duration) {
    if (duration == Milliseconds::zero()) return "0s";
    for (const auto& unit : units) {
        if (duration.count() % unit.milliseconds == 0) {
            return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.name);
        }
    }
    return fmt::format("{}ms", duration.count());
}

}  // namespace tally::config
