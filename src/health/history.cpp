#include "health/history.hpp"

#include "json/text.hpp"

#include <algorithm>
#include <cmath>

namespace tally::health {
namespace {

using namespace std::chrono_literals;

constexpr auto fine_for = 10min;
constexpr auto middling_for = 6h;
constexpr std::size_t most_minutes = 7 * 24 * 60;
constexpr std::size_t most_events = 60;  // of a minute

Point point_of(const Vitals& vitals) {
    Point point{.at = vitals.at, .values = {}};
    using enum Metric;
    point[bitrate] = vitals.bitrate_now;
    if (!vitals.bitrate_now) return point;
    point[audio_bitrate] = vitals.audio_bitrate_now;
    point[fps] = vitals.fps_now;
    point[dropped_frames] = static_cast<double>(vitals.dropped_now);
    point[latency] = vitals.latency;
    point[jitter] = vitals.jitter;
    point[buffer_health] = vitals.buffer_health;
    point[realtime_ratio] = vitals.realtime_ratio;
    point[keyframe_interval] = vitals.keyframe_interval;
    point[av_drift_ms] = vitals.av_drift_ms;
    point[rtt_ms] = vitals.rtt_ms;
    return point;
}

/// `points` with one for every `step`.
std::vector<Point> thinned(const std::vector<Point>& points, std::chrono::seconds step) {
    std::vector<Point> thin;
    for (auto at = points.begin(); at != points.end();) {
        const auto bucket = std::chrono::floor<std::chrono::seconds>(at->at).time_since_epoch() / step;
        Mean mean;
        const auto start = Time(bucket * step);
        for (; at != points.end() && at->at < start + step; ++at)
            mean.add(*at);
        thin.push_back(mean.take(start));
    }
    return thin;
}

}  // namespace

void Mean::add(const Point& point) {
    for (std::size_t i = 0; i < metric_count; ++i) {
        if (!point.values[i]) continue;
        sums_[i] += *point.values[i];
        ++counts_[i];
    }
}

Point Mean::take(Time at) const {
    Point point{.at = at, .values = {}};
    for (std::size_t i = 0; i < metric_count; ++i) {
        if (counts_[i] == 0) continue;
        const bool adds_up = i == static_cast<std::size_t>(Metric::dropped_frames);
        point.values[i] = adds_up ? sums_[i] : sums_[i] / static_cast<double>(counts_[i]);
    }
    return point;
}

Minute& History::minute_of(Time at) {
    const Time start = std::chrono::floor<std::chrono::minutes>(at);
    // The wall clock may be set back: what it says then goes on in the newest minute.
    if (minutes_.empty() || minutes_.back().start < start) {
        minutes_.push_back({.start = start, .step = 1, .points = {}, .events = {}});
        thin(at);
        if (minutes_.size() > most_minutes) minutes_.pop_front();
    }
    auto& minute = minutes_.back();
    if (changed_.empty() || changed_.back() != minute.start) changed_.push_back(minute.start);
    return minute;
}

void History::add(const Vitals& vitals) {
    auto& points = minute_of(vitals.at).points;
    if (points.empty() || points.back().at < vitals.at) points.push_back(point_of(vitals));
}

void History::add(Event event) {
    auto& events = minute_of(event.t).events;
    if (events.size() < most_events) events.push_back(std::move(event));
}

void History::thin(Time now) {
    for (auto& minute : minutes_) {
        const auto age = now - minute.start;
        auto step = age < middling_for ? 10s : 60s;
        if (age < fine_for) step = 1s;
        if (minute.step >= step.count()) continue;
        minute.points = thinned(minute.points, step);
        minute.points.shrink_to_fit();
        minute.step = step.count();
        changed_.push_back(minute.start);
    }
}

std::vector<Minute> History::take_changed() {
    std::ranges::sort(changed_);
    std::vector<Minute> changed;
    for (const auto& minute : minutes_)
        if (std::ranges::binary_search(changed_, minute.start)) changed.push_back(minute);
    changed_.clear();
    return changed;
}

std::string store(const Minute& minute) {
    json::array points;
    for (const auto& point : minute.points) {
        json::array row{(point.at - minute.start).count()};
        for (const auto& value : point.values)
            row.push_back(value ? json::value(std::round(*value * 1000) / 1000) : json::value(nullptr));
        points.push_back(std::move(row));
    }
    return json::print(json::object{{"points", points}, {"events", json::encode(minute.events)}});
}

/// From the milliseconds since `start`, then a value or null for each metric.
Point point_of(Time start, const json::array& row) {
    Point point;
    for (std::size_t i = 0; i < row.size() && i <= metric_count; ++i) {
        if (!row[i].is_number()) continue;
        const auto number = row[i].to_number<double>();
        if (i == 0)
            point.at = start + Milliseconds(std::llround(number));
        else
            point.values[i - 1] = number;
    }
    return point;
}

std::optional<Minute> restore(Time start, std::int64_t step, std::string_view text) {
    const auto document = json::parse(text);
    if (!document || !document->is_object()) return std::nullopt;
    const auto* rows = document->get_object().if_contains("points");
    const auto* events = document->get_object().if_contains("events");
    if (!rows || !rows->is_array() || !events) return std::nullopt;
    Minute minute{.start = start, .step = step, .points = {}, .events = {}};
    for (const auto& row : rows->get_array()) {
        const auto* values = row.if_array();
        if (!values || values->empty()) return std::nullopt;
        minute.points.push_back(point_of(start, *values));
    }
    auto decoded = json::decode<std::vector<Event>>(*events);
    if (!decoded) return std::nullopt;
    minute.events = *std::move(decoded);
    return minute;
}

}  // namespace tally::health
