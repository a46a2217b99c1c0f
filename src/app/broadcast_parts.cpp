// What one service's answers say of another's: recordings and streams of a broadcast, a channel's readiness.
#include "app/application.hpp"
#include "cdn/recording_routes.hpp"
#include "control/alert/alert_check.hpp"
#include "control/stream/stream_view.hpp"

namespace tally::app {
namespace {

constexpr std::size_t most_streams = 20;  // of a broadcast, the newest
constexpr Milliseconds probe_budget{2000};
constexpr std::uintmax_t least_free = 1ULL << 30;  // bytes

/// Whether an encoder is let in: all of a publisher's steps but the publishing.
control::ReadinessCheck ingest_check(control::IngestProbe& probe, control::ConnectionTests::Ingest ingest) {
    return {
        .name = "ingest",
        .run = [&probe, ingest = std::move(ingest)](
                   const control::Channel&, boost::json::object& details
               ) -> Async<std::string> {
            const control::ProbeTarget target{
                .endpoint = ingest.endpoint, .app = "live", .host = ingest.node
            };
            const auto report = co_await probe.probe(target, probe_budget);
            std::chrono::duration<double, std::milli> taken{};
            for (const auto& step : report.steps)
                taken += step.took;
            details["latencyMs"] = std::round(taken.count() * 10) / 10;
            co_return report.error ? report.error->context : "";
        },
    };
}

control::ReadinessCheck cdn_check(cdn::ThumbnailSource& thumbnails) {
    return {
        .name = "cdn",
        .run = [&](const control::Channel& channel, boost::json::object&) -> Async<std::string> {
            const auto picture = co_await thumbnails.thumbnail(channel.id.text());
            if (!picture) co_return picture.error().context;
            co_return *picture ? "" : "The channel's picture cannot be made.";
        },
    };
}

control::ReadinessCheck storage_check(const std::filesystem::path& directory) {
    return {
        .name = "storage",
        .run = [directory](const control::Channel&, boost::json::object& details) -> Async<std::string> {
            std::error_code error;
            const auto space = std::filesystem::space(directory, error);
            if (error) co_return error.message();
            details["freeBytes"] = space.available;
            co_return space.available < least_free ? "Less than 1 GiB is free for recordings." : "";
        },
    };
}

}  // namespace

std::vector<control::ReadinessCheck> Application::readiness_checks() {
    return {
        ingest_check(rtmp_probe_, own_ingest()),
        cdn_check(thumbnails_),
        control::alerts_check(alerts_),
        storage_check(storage_.directory),
    };
}

control::BroadcastIncludes Application::broadcast_includes() {
    const auto recording = [this](const control::BroadcastDetails& details) -> Async<boost::json::value> {
        const auto facts = co_await catalogue_.find_broadcast(details.broadcast.id);
        if (!facts || !*facts) co_return nullptr;
        const auto document = co_await cdn::describe_recording(recordings(), **facts, urls_);
        if (!document) throw std::runtime_error(document.error().detail);
        co_return json::encode(*document);
    };
    const auto streams = [this](const control::BroadcastDetails& details) -> Async<boost::json::value> {
        boost::json::array list;
        const auto& ids = details.broadcast.stream_ids;
        for (auto i = ids.size() - std::min(ids.size(), most_streams); i < ids.size(); ++i) {
            if (const auto stream = co_await stream_service_.get(ids[i]))
                list.push_back(control::stream_json(*stream, urls_));
        }
        co_return list;
    };
    control::BroadcastIncludes includes{
        {.name = "recording", .read = recording}, {.name = "streams", .read = streams}
    };
    if (settings_.server.has_role("analytics")) includes.push_back(analytics_.summaries());
    return includes;
}

}  // namespace tally::app
