// The one clock, injected so that tests turn time, and the one text form of a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tally {

using Milliseconds = std::chrono::milliseconds;
/// Wall-clock time, as the API prints and the store keeps it.
using Time = std::chrono::sys_time<Milliseconds>;
/// Monotonic time: for intervals, timeouts and rates.
using Instant = std::chrono::steady_clock::time_point;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const = 0;
    virtual Instant monotonic() const = 0;
};

/// The machine's clocks.
const Clock& system_clock();

/// For tests: stands still until advanced.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start = Time(std::chrono::seconds(1'700'000'000))) : now_(start) {}

    Time now() const override { return now_; }

    Instant monotonic() const override { return monotonic_; }

    void advance(Milliseconds by) {
        now_ += by;
        monotonic_ += by;
    }

private:
    Time now_;
    Instant monotonic_{std::chrono::seconds(1000)};
};

/// RFC 3339 in UTC with milliseconds: "2026-10-01T18:00:00.000Z".
std::string to_rfc3339(Time time);
/// Accepts any RFC 3339 offset and fraction; empty when the text is not a time.
std::optional<Time> parse_rfc3339(std::string_view text);

}  // namespace tally
