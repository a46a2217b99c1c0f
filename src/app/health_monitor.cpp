#include "app/health_monitor.hpp"

#include "control/crypto.hpp"
#include "health/stats.hpp"
#include "json/text.hpp"
#include "net/spawn.hpp"

#include <fmt/format.h>

#include <ranges>

namespace tally::app {
namespace {

using namespace std::chrono_literals;

constexpr int ticks_between_saves = 10;
constexpr std::size_t most_seconds_behind = 60;
/// Minutes that wait for a store that is away: beyond, the oldest are given up.
constexpr std::size_t most_unsaved = 20'000;

std::shared_ptr<const control::HealthReport> print(
    const StreamId& stream, const health::StreamHealth& health
) {
    json::object document{{"streamId", stream.text()}};
    for (auto& [name, value] : health.document())
        document.emplace(name, std::move(value));
    const auto text = json::print(document);
    const auto digest = control::sha256(text);
    return std::make_shared<const control::HealthReport>(control::HealthReport{
        .status = json::TextForm<health::Status>::print(health.status()),
        .document = std::make_shared<const Bytes>(text.begin(), text.end()),
        .etag = fmt::format("\"{}\"", control::to_base64url(ByteView(digest).first(16))),
    });
}

json::object parsed(const control::HealthReport& report) {
    auto document = json::parse(text_of(*report.document));
    return document && document->is_object() ? std::move(document->get_object()) : json::object();
}

}  // namespace

Async<> HealthMonitor::run(control::HealthService& records) {
    for (auto next = clock_.monotonic() + 1s; !closed_; next += 1s) {
        timer_.expires_at(next);
        co_await timer_.async_wait(as_result);
        if (closed_) co_return;
        tick();
        const auto now = clock_.monotonic();
        if (now - next > 5s) next = now;  // the machine slept
        const bool waiting = !unsaved_.minutes.empty() || !unsaved_.documents.empty();
        if (waiting && !std::exchange(saving_, true)) net::spawn(home_, "health records", save(records));
    }
}

Async<> HealthMonitor::close(control::HealthService& records) {
    closed_ = true;
    timer_.cancel();
    net::Timer wait(home_);
    while (saving_) {
        wait.expires_after(10ms);
        co_await wait.async_wait(as_result);
    }
    {
        const std::lock_guard lock(mutex_);
        for (auto& [stream, watched] : watched_)
            gather(stream, watched);
    }
    co_await save(records);
}

void HealthMonitor::tick() {
    const auto now = clock_.now();
    const auto pipelines = streams_.running();
    const std::lock_guard lock(mutex_);
    for (auto& watched : watched_ | std::views::values)
        watched.running = false;
    for (const auto& pipeline : pipelines)
        observe(*pipeline, now);
    const bool all = ++ticks_ % ticks_between_saves == 0;
    for (auto& [stream, watched] : watched_) {
        const bool over = !watched.running && !watched.gathered;
        if (over || (all && watched.running)) gather(stream, watched);
        watched.gathered = !watched.running;
    }
}

void HealthMonitor::observe(const Pipeline& pipeline, Time now) {
    const auto stream = pipeline.built();
    if (!stream) return;
    const auto& start = pipeline.start();
    auto& watched = watched_.try_emplace(start.stream, plan_of(start)).first->second;
    watched.running = true;
    const auto& meter = stream->meter();
    health::Observation observation{
        .at = now,
        .attached = meter.attached(),
        .seconds = {},
        .video = stream->format(media::Kind::video),
        .audio = stream->format(media::Kind::audio),
        .delivery = pipeline.edge().delivery(),
        .audience = {},
    };
    const auto& known = watched.health.newest_second();
    for (auto& second : meter.history(most_seconds_behind))
        if (!known || second->number > *known) observation.seconds.push_back(std::move(second));
    watched.health.observe(observation);
    watched.report = print(start.stream, watched.health);
}

void HealthMonitor::gather(const StreamId& stream, Watched& watched) {
    for (const auto& minute : watched.health.history().take_changed()) {
        if (unsaved_.minutes.size() >= most_unsaved) unsaved_.minutes.erase(unsaved_.minutes.begin());
        unsaved_.minutes.insert_or_assign(
            {stream, minute.start},
            control::HealthMinute{stream, minute.start, minute.step, health::store(minute)}
        );
    }
    if (!watched.report) return;
    unsaved_.documents.insert_or_assign(
        stream, control::HealthDocument{stream, parsed(*watched.report), clock_.now()}
    );
}

/// What could not be saved waits for the next time; newer figures of the same minute take its place.
Async<> HealthMonitor::save(control::HealthService& records) {
    auto saving = std::exchange(unsaved_, {});
    std::vector<control::HealthDocument> documents;
    std::vector<control::HealthMinute> minutes;
    std::ranges::copy(saving.documents | std::views::values, std::back_inserter(documents));
    std::ranges::copy(saving.minutes | std::views::values, std::back_inserter(minutes));
    try {
        co_await records.save(std::move(documents), std::move(minutes));
        const std::lock_guard lock(mutex_);
        std::erase_if(watched_, [&](const auto& entry) {
            return entry.second.gathered && saving.documents.contains(entry.first);
        });
    } catch (const sql::Unavailable&) {
        unsaved_.documents.merge(saving.documents);
        unsaved_.minutes.merge(saving.minutes);
    }
    saving_ = false;
}

health::Plan HealthMonitor::plan_of(const control::LiveStart& start) const {
    return {
        .low_latency = start.latency_mode == control::LatencyMode::low,
        .width = static_cast<std::uint32_t>(start.quality.resolution.width),
        .height = static_cast<std::uint32_t>(start.quality.resolution.height),
        .kbps = static_cast<double>(start.quality.bitrate),
        .fps = start.quality.fps,
        .segment = settings_.segment_duration,
        .part = settings_.part_duration,
        .recorded = start.recording.has_value(),
    };
}

std::string HealthMonitor::status(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(stream);
    const bool known = found != watched_.end() && found->second.report && found->second.running;
    return known ? found->second.report->status : "unknown";
}

std::shared_ptr<const control::HealthReport> HealthMonitor::report(const StreamId& stream) const {
    if (!streams_.is_running(stream)) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(stream);
    return found == watched_.end() ? nullptr : found->second.report;
}

std::optional<json::object> HealthMonitor::last_document(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(stream);
    if (found == watched_.end() || !found->second.report) return std::nullopt;
    return parsed(*found->second.report);
}

json::object HealthMonitor::blank_document() const {
    health::Vitals nothing;
    nothing.at = clock_.now();
    return health::health_document({}, nothing, {});
}

json::object HealthMonitor::stats(
    const StreamId& stream,
    const control::StatsRequest& request,
    const std::vector<control::HealthMinute>& stored
) const {
    std::map<Time, health::Minute> minutes;
    for (const auto& row : stored)
        if (auto minute = health::restore(row.starts_at, row.step, row.points))
            minutes.emplace(row.starts_at, *std::move(minute));
    {
        const std::lock_guard lock(mutex_);
        const auto found = watched_.find(stream);
        if (found != watched_.end()) {
            for (const auto& minute : found->second.health.history().minutes())
                if (minute.start > request.from - 1min && minute.start <= request.to)
                    minutes.insert_or_assign(minute.start, minute);
        }
    }
    std::vector<health::Minute> in_order;
    std::ranges::copy(minutes | std::views::values, std::back_inserter(in_order));
    return health::stats_document({request.from, request.to, request.interval, request.metrics}, in_order);
}

std::vector<std::string_view> HealthMonitor::metrics() const {
    return {health::metric_names.begin(), health::metric_names.end()};
}

}  // namespace tally::app
