#include "load/report.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cmath>

namespace tally::load {
namespace {

constexpr std::size_t most_kinds = 32;

double seconds(Milliseconds duration) {
    return std::chrono::duration<double>(duration).count();
}

double ratio(double part, double rest) {
    return part + rest > 0 ? part / (part + rest) : 0;
}

double megabits_per_second(const Report& report, Milliseconds took) {
    return took.count() > 0 ? static_cast<double>(report.bytes) * 8 / 1e6 / seconds(took) : 0;
}

boost::json::value percentiles(const analytics::Quantiles& values) {
    if (values.count() == 0) return nullptr;
    const auto at = [&](double q) { return std::round(values.at(q).value_or(0)); };
    return {{"p50", at(0.5)}, {"p95", at(0.95)}, {"p99", at(0.99)}, {"samples", values.count()}};
}

std::string percentile_line(std::string_view name, const analytics::Quantiles& values) {
    if (values.count() == 0) return fmt::format("  {:<12} none\n", name);
    const auto at = [&](double q) { return values.at(q).value_or(0); };
    return fmt::format(
        "  {:<12} {:.0f} ms half, {:.0f} ms of 95 %, {:.0f} ms of 99 %\n", name, at(0.5), at(0.95), at(0.99)
    );
}

}  // namespace

void Report::add_error(const std::string& what) {
    const auto found = errors.find(what);
    if (found != errors.end())
        ++found->second;
    else
        ++errors[errors.size() < most_kinds ? what : "other"];
}

void Report::add(const Playback& playback) {
    if (const auto startup = playback.startup()) {
        ++started;
        startup_ms.add(static_cast<double>(startup->count()));
    }
    stalls += playback.stalls();
    stalled_viewers += playback.stalls() > 0 ? 1 : 0;
    played += playback.played();
    stalled += playback.stalled();
}

void Report::merge(const Report& other) {
    viewers += other.viewers;
    started += other.started;
    stalls += other.stalls;
    stalled_viewers += other.stalled_viewers;
    played += other.played;
    stalled += other.stalled;
    bytes += other.bytes;
    requests += other.requests;
    switches += other.switches;
    reports += other.reports;
    for (const auto& [what, count] : other.errors)
        errors[what] += count;
    startup_ms.merge(other.startup_ms);
    latency_ms.merge(other.latency_ms);
}

std::size_t Report::error_count() const {
    std::size_t count = 0;
    for (const auto& [what, times] : errors)
        count += times;
    return count;
}

std::string render_text(const Report& report, Milliseconds took) {
    auto text = fmt::format("\n{} viewers in {:.1f} s\n", report.viewers, seconds(took));
    text += fmt::format("  {:<12} {} of {}\n", "started", report.started, report.viewers);
    text += percentile_line("startup", report.startup_ms);
    text += percentile_line("latency", report.latency_ms);
    text += fmt::format(
        "  {:<12} {} of {} viewers, {:.4f} of the time\n",
        "stalls",
        report.stalls,
        report.stalled_viewers,
        ratio(seconds(report.stalled), seconds(report.played))
    );
    text += fmt::format(
        "  {:<12} {:.1f} MB, {:.1f} Mbit/s, {} requests, {} switches\n",
        "transfer",
        static_cast<double>(report.bytes) / 1e6,
        megabits_per_second(report, took),
        report.requests,
        report.switches
    );
    if (report.reports > 0) text += fmt::format("  {:<12} {} taken\n", "reports", report.reports);
    text += fmt::format("  {:<12} {}\n", "errors", report.error_count());
    for (const auto& [what, count] : report.errors)
        text += fmt::format("    {:>8}  {}\n", count, what);
    return text;
}

std::string render_json(const Report& report, Milliseconds took) {
    boost::json::object errors;
    for (const auto& [what, count] : report.errors)
        errors[what] = count;
    return serialize(boost::json::value{
               {"viewers", report.viewers},
               {"started", report.started},
               {"seconds", seconds(took)},
               {"startupMs", percentiles(report.startup_ms)},
               {"latencyMs", percentiles(report.latency_ms)},
               {"playSeconds", seconds(report.played)},
               {"stalls", report.stalls},
               {"stalledViewers", report.stalled_viewers},
               {"stallSeconds", seconds(report.stalled)},
               {"bufferingRate", ratio(seconds(report.stalled), seconds(report.played))},
               {"bytes", report.bytes},
               {"megabitsPerSecond", megabits_per_second(report, took)},
               {"requests", report.requests},
               {"qualitySwitches", report.switches},
               {"reports", report.reports},
               {"errors", std::move(errors)},
           }) +
           '\n';
}

}  // namespace tally::load
