// A stream's figures over time: 1 s apart for ten minutes, 10 s for six hours, a minute beyond.
#pragma once

#include "health/vitals.hpp"
#include "json/mapping.hpp"

#include <boost/describe/class.hpp>

#include <array>
#include <deque>
#include <string_view>
#include <vector>

namespace tally::health {

enum class Metric : std::uint8_t {
    bitrate,
    audio_bitrate,
    fps,
    dropped_frames,
    latency,
    jitter,
    buffer_health,
    realtime_ratio,
    keyframe_interval,
    av_drift_ms,
    rtt_ms,
};

/// As the API names them, in the order of Metric.
inline constexpr auto metric_names = std::to_array<std::string_view>({
    "bitrate",
    "audioBitrate",
    "fps",
    "droppedFrames",
    "latency",
    "jitter",
    "bufferHealth",
    "realtimeRatio",
    "keyframeInterval",
    "avDriftMs",
    "rttMs",
});

inline constexpr std::size_t metric_count = metric_names.size();

struct Point {
    Time at;
    std::array<Figure, metric_count> values;

    Figure& operator[](Metric metric) { return values[static_cast<std::size_t>(metric)]; }

    const Figure& operator[](Metric metric) const { return values[static_cast<std::size_t>(metric)]; }
};

/// Something that happened: "reconnect", "disconnect", "alert".
struct Event {
    Time t;
    std::string type;
    json::object detail;
};
BOOST_DESCRIBE_STRUCT(Event, (), (t, type, detail))

/// A minute of the wall clock, its points `step` seconds apart: what is stored as one row.
struct Minute {
    Time start;
    std::int64_t step = 1;
    std::vector<Point> points;
    std::vector<Event> events;
};

/// Figures that count are added up, all others averaged; empty where nothing was measured.
class Mean {
public:
    void add(const Point& point);
    Point take(Time at) const;

private:
    std::array<double, metric_count> sums_{};
    std::array<std::size_t, metric_count> counts_{};
};

class History {
public:
    void add(const Vitals& vitals);
    void add(Event event);

    const std::deque<Minute>& minutes() const { return minutes_; }

    /// The minutes that changed since this was last asked, oldest first.
    std::vector<Minute> take_changed();

private:
    Minute& minute_of(Time at);
    void thin(Time now);

    std::deque<Minute> minutes_;
    std::vector<Time> changed_;
};

/// A minute's points and events as one text, and back; empty when the text is no such thing.
std::string store(const Minute& minute);
std::optional<Minute> restore(Time start, std::int64_t step, std::string_view text);

}  // namespace tally::health
