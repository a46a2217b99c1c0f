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
constexpr int ticks_between_looks = 5;
constexpr int ticks_between_beats = 60;
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

control::Alert to_row(const health::Alert& alert, const control::LiveStart& start) {
    control::Alert row;
    row.id = *control::AlertId::parse(alert.id);
    row.broadcast_id = start.broadcast;
    row.channel_id = start.channel;
    row.stream_id = start.stream;
    row.code = alert.code;
    row.category = enum_text(alert.category);
    row.severity = static_cast<control::Severity>(alert.severity);
    row.status = alert.resolved ? control::AlertStatus::resolved : control::AlertStatus::active;
    row.title = alert.title;
    row.message = alert.message;
    row.remedy = alert.remedy;
    row.evidence = json::encode(alert.evidence).get_object();
    row.first_seen_at = alert.first_seen;
    row.last_seen_at = alert.last_seen;
    row.resolved_at = alert.resolved;
    row.occurrences = alert.occurrences;
    return row;
}

health::Alert from_row(const control::Alert& row) {
    health::Alert alert;
    alert.id = row.id.text();
    alert.code = row.code;
    alert.category = parse_enum<health::Category>(row.category).value_or(health::Category::ingest);
    alert.severity = static_cast<health::Severity>(row.severity);
    alert.title = row.title;
    alert.message = row.message;
    alert.remedy = row.remedy;
    alert.evidence = json::decode<health::Evidence>(row.evidence).value_or(health::Evidence());
    alert.first_seen = row.first_seen_at;
    alert.last_seen = row.last_seen_at;
    alert.occurrences = row.occurrences;
    return alert;
}

json::object parsed(const control::HealthReport& report) {
    auto document = json::parse(text_of(*report.document));
    return document && document->is_object() ? std::move(document->get_object()) : json::object();
}

}  // namespace

void HealthMonitor::take_up(const std::vector<control::Alert>& open) {
    for (const auto& alert : open)
        left_open_[alert.stream_id].push_back(from_row(alert));
}

Async<> HealthMonitor::run(Store store) {
    for (auto next = clock_.monotonic() + 1s; !closed_; next += 1s) {
        timer_.expires_at(next);
        co_await timer_.async_wait(as_result);
        if (closed_) co_return;
        if (ticks_ % ticks_between_looks == 0 && !std::exchange(looking_, true))
            net::spawn(home_, "health surroundings", look_around(store));
        tick();
        if (ticks_ % ticks_between_beats == 0) net::spawn(home_, "heartbeats", beat(store));
        const auto now = clock_.monotonic();
        if (now - next > 5s) next = now;  // the machine slept
        if (!unsaved_.is_empty() && !std::exchange(saving_, true))
            net::spawn(home_, "health records", save(store));
    }
}

/// What the store and the machine tell of the surroundings changes slowly.
Async<> HealthMonitor::look_around(Store store) {
    host_figures_ = co_await host_.measure();
    try {
        std::map<StreamId, health::Standing> standings;
        for (const auto& row : co_await store.alerts.standings())
            standings[row.stream_id] = {row.live_since, row.first_media_at.has_value()};
        standings_ = std::move(standings);
    } catch (const sql::Unavailable&) {  // NOLINT(bugprone-empty-catch): what was known stays good
    }
    looking_ = false;
}

/// While the store is away there is nobody to tell.
Async<> HealthMonitor::beat(Store store) {
    try {
        co_await store.records.beat();
    } catch (const sql::Unavailable&) {  // NOLINT(bugprone-empty-catch)
    }
}

Async<> HealthMonitor::close(Store store) {
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
    co_await save(store);
}

void HealthMonitor::note(const control::LiveStart& start, const std::vector<health::AlertChange>& changes) {
    for (const auto& change : changes) {
        if (change.kind == health::ChangeKind::raised || change.kind == health::ChangeKind::escalated)
            ++raised_.at(static_cast<std::size_t>(change.alert.severity));
        auto row = to_row(change.alert, start);
        unsaved_.alerts.insert_or_assign(row.id, std::move(row));
    }
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
        if (over) note(watched.start, watched.health.end(now));
        if (over || (all && watched.running)) gather(stream, watched);
        watched.gathered = !watched.running;
    }
}

void HealthMonitor::observe(const Pipeline& pipeline, Time now) {
    const auto stream = pipeline.built();
    if (!stream) return;
    const auto& start = pipeline.start();
    auto& watched =
        watched_.try_emplace(start.stream, start, plan_of(start), left_open_[start.stream]).first->second;
    left_open_.erase(start.stream);
    watched.running = true;
    const auto& meter = stream->meter();
    health::Observation observation{
        .at = now,
        .attached = meter.attached(),
        .seconds = {},
        .video = stream->format(media::Kind::video),
        .audio = stream->format(media::Kind::audio),
        .delivery = pipeline.delivery(),
        .content = pipeline.content(),
        .audience = audience_ ? audience_(start.broadcast) : health::Audience{},
        .said_goodbye = meter.said_goodbye(),
        .incidents = meter.incidents(),
        .host = host_figures_,
    };
    if (const auto standing = standings_.find(start.stream); standing != standings_.end())
        observation.standing = standing->second;
    const auto& known = watched.health.newest_second();
    for (auto& second : meter.history(most_seconds_behind))
        if (!known || second->number > *known) observation.seconds.push_back(std::move(second));
    note(start, watched.health.observe(observation));
    const auto before = std::exchange(watched.report, print(start.stream, watched.health));
    if (!before || before->status != watched.report->status) gather(start.stream, watched);
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
Async<> HealthMonitor::save(Store store) {
    auto saving = std::exchange(unsaved_, {});
    std::vector<control::HealthDocument> documents;
    std::vector<control::HealthMinute> minutes;
    std::ranges::copy(saving.documents | std::views::values, std::back_inserter(documents));
    std::ranges::copy(saving.minutes | std::views::values, std::back_inserter(minutes));
    std::vector<control::Alert> alerts;
    std::ranges::copy(saving.alerts | std::views::values, std::back_inserter(alerts));
    try {
        if (!alerts.empty()) co_await store.alerts.record(std::move(alerts));
        if (!documents.empty()) co_await store.records.save(std::move(documents), std::move(minutes));
        const std::lock_guard lock(mutex_);
        std::erase_if(watched_, [&](const auto& entry) {
            return entry.second.gathered && saving.documents.contains(entry.first);
        });
    } catch (const sql::Unavailable&) {
        unsaved_.documents.merge(saving.documents);
        unsaved_.minutes.merge(saving.minutes);
        unsaved_.alerts.merge(saving.alerts);
    }
    saving_ = false;
}

health::Plan HealthMonitor::plan_of(const control::LiveStart& start) const {
    return {
        .low_latency = start.latency_mode == control::LatencyMode::low,
        .width = start.quality_declared ? static_cast<std::uint32_t>(start.quality.resolution.width) : 0,
        .height = start.quality_declared ? static_cast<std::uint32_t>(start.quality.resolution.height) : 0,
        .kbps = static_cast<double>(start.quality.bitrate),
        .fps = start.quality.fps,
        .segment = settings_.segment_duration,
        .part = settings_.part_duration,
        .recorded = start.recording.has_value(),
        .ingest_url = ingest_url_,
    };
}

std::string HealthMonitor::status(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(stream);
    const bool known = found != watched_.end() && found->second.report && found->second.running;
    return known ? found->second.report->status : "unknown";
}

std::optional<health::Vitals> HealthMonitor::vitals(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = watched_.find(stream);
    if (found == watched_.end() || !found->second.running) return std::nullopt;
    return found->second.health.vitals();
}

std::array<std::uint64_t, 3> HealthMonitor::raised() const {
    const std::lock_guard lock(mutex_);
    return raised_;
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

json::object HealthMonitor::blank_document(const control::Quality& target) const {
    health::Vitals nothing;
    nothing.at = clock_.now();
    return health::health_document(
        {.kbps = static_cast<double>(target.bitrate), .fps = target.fps}, nothing, {}
    );
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
