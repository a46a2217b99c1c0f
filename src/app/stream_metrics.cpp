#include "app/stream_metrics.hpp"

#include <array>

namespace tally::app {
namespace {

/// Streams that get series of their own: a scrape stays bounded.
constexpr std::size_t most_streams = 1000;

/// One family with a value for each stream that has it.
struct StreamFigure {
    const char* name;
    const char* help;
    MetricType type;
    health::Figure (*read)(const health::Vitals&);
};

using health::Vitals;

/// A kbps figure in bits per second.
health::Figure bits(const health::Figure& kbps) {
    return kbps ? health::Figure(*kbps * 1000) : std::nullopt;
}

constexpr auto stream_figures = std::to_array<StreamFigure>({
    {"tally_stream_ingest_bits_per_second",
     "Of the video that arrives.",
     MetricType::Gauge,
     [](const Vitals& vitals) { return bits(vitals.bitrate); }},
    {"tally_stream_frames_per_second",
     "Of the video that arrives.",
     MetricType::Gauge,
     [](const Vitals& vitals) { return vitals.fps; }},
    {"tally_stream_latency_seconds",
     "From the encoder to the player.",
     MetricType::Gauge,
     [](const Vitals& vitals) { return vitals.latency; }},
    {"tally_stream_buffer_health_percent",
     "Media received ahead of its time, of what should be.",
     MetricType::Gauge,
     [](const Vitals& vitals) { return vitals.buffer_health; }},
    {"tally_stream_realtime_ratio",
     "Media time per time, over 10 s.",
     MetricType::Gauge,
     [](const Vitals& vitals) { return vitals.realtime_ratio; }},
    {"tally_stream_frames_total",
     "Video frames that arrived.",
     MetricType::Counter,
     [](const Vitals& vitals) { return health::Figure(static_cast<double>(vitals.received_frames)); }},
    {"tally_stream_dropped_frames_total",
     "Video frames that are missing.",
     MetricType::Counter,
     [](const Vitals& vitals) { return health::Figure(static_cast<double>(vitals.dropped_frames)); }},
    {"tally_stream_reconnects_total",
     "Times that the encoder came back.",
     MetricType::Counter,
     [](const Vitals& vitals) { return health::Figure(static_cast<double>(vitals.reconnects)); }},
});

void add_value(MetricFamily& to, double value, Labels labels) {
    if (to.type == MetricType::Counter)
        add_counter(to, value, std::move(labels));
    else
        add_gauge(to, value, std::move(labels));
}

}  // namespace

void add_stream_metrics(
    Families& families,
    const LiveStreams& streams,
    const HealthMonitor& monitor,
    const std::optional<rtmp::Server>& rtmp
) {
    const auto running = streams.running();
    families.push_back(
        gauge("tally_live_streams", "Streams that are running.", static_cast<double>(running.size()))
    );
    auto health = family("tally_stream_health", "1 for the status that holds now.", MetricType::Gauge);
    auto players = family("tally_stream_rtmp_players", "Players by RTMP.", MetricType::Gauge);
    Families figures;
    for (const auto& figure : stream_figures)
        figures.push_back(family(figure.name, figure.help, figure.type));
    double all_players = 0;
    for (std::size_t i = 0; i < running.size(); ++i) {
        const auto& start = running[i]->start();
        const auto watching = rtmp ? static_cast<double>(rtmp->players(start.stream)) : 0;
        all_players += watching;
        if (i >= most_streams) continue;
        Labels labels{{"channel", start.channel.text()}, {"stream", start.stream.text()}};
        add_gauge(players, watching, labels);
        if (const auto vitals = monitor.vitals(start.stream))
            for (std::size_t f = 0; f < figures.size(); ++f)
                if (const auto value = stream_figures.at(f).read(*vitals))
                    add_value(figures[f], *value, labels);
        labels.push_back({"status", streams.health_status(start.stream)});
        add_gauge(health, 1, std::move(labels));
    }
    families.push_back(gauge("tally_rtmp_players", "Players by RTMP, of all streams.", all_players));
    families.push_back(std::move(players));
    families.push_back(std::move(health));
    std::ranges::move(figures, std::back_inserter(families));
}

}  // namespace tally::app
