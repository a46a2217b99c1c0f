#include "base/clock.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tally {
namespace {

using namespace std::chrono;

class SystemClock final : public Clock {
public:
    Time now() const override { return time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

    Instant monotonic() const override { return steady_clock::now(); }
};

/// Takes `width` digits off the front of `text`.
std::optional<int> digits(std::string_view& text, std::size_t width) {
    int value = 0;
    if (text.size() < width) return std::nullopt;
    const auto* last = text.data() + width;
    if (text[0] < '0' || text[0] > '9') return std::nullopt;
    if (std::from_chars(text.data(), last, value).ptr != last) return std::nullopt;
    text.remove_prefix(width);
    return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
    if (text.empty() || !any_of.contains(text.front())) return false;
    text.remove_prefix(1);
    return true;
}

/// ".123456" to whole milliseconds; no fraction is 0.
std::optional<Milliseconds> fraction(std::string_view& text) {
    if (!skip(text, ".")) return Milliseconds(0);
    int value = 0;
    std::size_t count = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++count)
        if (count < 3) value = value * 10 + (text.front() - '0');
    if (count == 0) return std::nullopt;
    for (; count < 3; ++count)
        value *= 10;
    return Milliseconds(value);
}

/// "Z" or "+05:30".
std::optional<minutes> offset(std::string_view text) {
    if (text == "Z" || text == "z") return minutes(0);
    const bool west = text.starts_with('-');
    if (!skip(text, "+-")) return std::nullopt;
    const auto hour = digits(text, 2);
    if (!hour || !skip(text, ":")) return std::nullopt;
    const auto minute = digits(text, 2);
    if (!minute || !text.empty() || *hour > 23 || *minute > 59) return std::nullopt;
    const minutes value = hours(*hour) + minutes(*minute);
    return west ? -value : value;
}

std::optional<sys_days> date(std::string_view& text) {
    const auto y = digits(text, 4);
    if (!y || !skip(text, "-")) return std::nullopt;
    const auto m = digits(text, 2);
    if (!m || !skip(text, "-")) return std::nullopt;
    const auto d = digits(text, 2);
    if (!d) return std::nullopt;
    const auto whole = year(*y) / *m / *d;
    return whole.ok() ? std::optional(sys_days(whole)) : std::nullopt;
}

std::optional<seconds> time_of_day(std::string_view& text) {
    const auto h = digits(text, 2);
    if (!h || !skip(text, ":")) return std::nullopt;
    const auto m = digits(text, 2);
    if (!m || !skip(text, ":")) return std::nullopt;
    const auto s = digits(text, 2);
    if (!s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
    return hours(*h) + minutes(*m) + seconds(*s);
}

}  // namespace

const Clock& system_clock() {
    static const SystemClock clock;
    return clock;
}

std::string to_rfc3339(Time time) {
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count(),
        clock.subseconds().count()
    );
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    const auto day = date(text);
    if (!day || !skip(text, "Tt ")) return std::nullopt;
    const auto clock = time_of_day(text);
    if (!clock) return std::nullopt;
    const auto milliseconds = fraction(text);
    if (!milliseconds) return std::nullopt;
    const auto east = offset(text);
    if (!east) return std::nullopt;
    return *day + *clock + *milliseconds - *east;
}

}  // namespace tally
