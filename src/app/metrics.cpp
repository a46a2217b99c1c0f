#include "app/metrics.hpp"

#include "app/version.hpp"
#include "base/clock.hpp"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

namespace tally::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;
using Labels = std::vector<ClientMetric::Label>;

/// Streams that get series of their own: a scrape stays bounded.
constexpr std::size_t most_streams = 1000;

MetricFamily family(std::string name, std::string help, MetricType type) {
    return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {}};
}

void add_gauge(MetricFamily& to, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    to.metric.push_back(std::move(metric));
}

void add_counter(MetricFamily& to, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    to.metric.push_back(std::move(metric));
}

MetricFamily gauge(std::string name, std::string help, double value) {
    auto made = family(std::move(name), std::move(help), MetricType::Gauge);
    add_gauge(made, value);
    return made;
}

ClientMetric::Histogram histogram(const http::RequestTotals::Class& counts) {
    ClientMetric::Histogram made;
    for (std::size_t i = 0; i < counts.durations.size(); ++i) {
        made.sample_count += counts.durations[i];
        const bool is_last = i == http::duration_bounds.size();
        const auto bound = is_last ? std::numeric_limits<double>::infinity() : http::duration_bounds[i];
        made.bucket.push_back({.cumulative_count = made.sample_count, .upper_bound = bound});
    }
    made.sample_sum = counts.seconds;
    return made;
}

void add_http(Families& families, const MetricSources& sources) {
    auto durations = family(
        "tally_http_request_duration_seconds",
        "From a request's arrival to the last byte of its answer.",
        MetricType::Histogram
    );
    auto bytes = family(
        "tally_http_response_body_bytes_total",
        "Bodies sent whose length was known before.",
        MetricType::Counter
    );
    auto connections = family("tally_http_connections", "Open HTTP connections.", MetricType::Gauge);
    for (const auto& [service, server] : sources.servers) {
        const auto totals = server->requests();
        for (std::size_t i = 0; i < totals.classes.size(); ++i) {
            ClientMetric metric;
            metric.label = {{"service", service}, {"status", fmt::format("{}xx", i + 1)}};
            metric.histogram = histogram(totals.classes[i]);
            if (metric.histogram.sample_count > 0) durations.metric.push_back(std::move(metric));
        }
        add_counter(bytes, static_cast<double>(totals.body_bytes), {{"service", service}});
        add_gauge(connections, static_cast<double>(server->connections()), {{"service", service}});
    }
    families.push_back(std::move(durations));
    families.push_back(std::move(bytes));
    families.push_back(std::move(connections));
}

void add_streams(Families& families, const MetricSources& sources) {
    auto bitrate =
        family("tally_stream_ingest_bits_per_second", "Of the video that arrives.", MetricType::Gauge);
    auto rate = family("tally_stream_frames_per_second", "Of the video that arrives.", MetricType::Gauge);
    auto health = family("tally_stream_health", "1 for the status that holds now.", MetricType::Gauge);
    auto running = sources.streams.running();
    families.push_back(
        gauge("tally_live_streams", "Streams that are running.", static_cast<double>(running.size()))
    );
    running.resize(std::min(running.size(), most_streams));
    for (const auto& pipeline : running) {
        const auto& start = pipeline->start();
        Labels labels{{"channel", start.channel.text()}, {"stream", start.stream.text()}};
        if (const auto measured = sources.streams.measured(start.stream)) {
            add_gauge(bitrate, measured->bitrate * 1000, labels);
            add_gauge(rate, measured->fps, labels);
        }
        labels.push_back({"status", sources.streams.health_status(start.stream)});
        add_gauge(health, 1, std::move(labels));
    }
    families.push_back(std::move(bitrate));
    families.push_back(std::move(rate));
    families.push_back(std::move(health));
}

/// The names that Prometheus' own libraries give to these.
void add_process(Families& families) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    auto cpu = family("process_cpu_seconds_total", "CPU time, user and system.", MetricType::Counter);
    add_counter(cpu, seconds(usage.ru_utime) + seconds(usage.ru_stime));
    families.push_back(std::move(cpu));

    std::ifstream statm("/proc/self/statm");
    double size = 0;
    double resident = 0;
    statm >> size >> resident;
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    families.push_back(gauge("process_resident_memory_bytes", "Memory in use.", resident * page));

    std::error_code error;
    const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
    const auto open = error ? 0 : std::distance(begin(descriptors), end(descriptors));
    families.push_back(gauge("process_open_fds", "Open file descriptors.", static_cast<double>(open)));
}

Async<> add_store(Families& families, sql::Database& database) {
    const auto asked = system_clock().monotonic();
    bool up = true;
    try {
        co_await database.read([](sql::Session& session) { return session.rows("select 1 as one").size(); });
    } catch (const sql::Unavailable&) {
        up = false;
    }
    const std::chrono::duration<double> taken = system_clock().monotonic() - asked;
    families.push_back(gauge("tally_store_up", "1 while the store answers.", up ? 1 : 0));
    families.push_back(
        gauge("tally_store_latency_seconds", "What the smallest read took just now.", taken.count())
    );
}

Async<http::Response> answer(const MetricSources& sources) {
    Families families;
    auto build = family("tally_build_info", "What is running.", MetricType::Gauge);
    add_gauge(build, 1, {{"version", std::string(version)}, {"commit", std::string(commit)}});
    families.push_back(std::move(build));
    add_http(families, sources);
    families.push_back(gauge(
        "tally_rtmp_connections",
        "Open RTMP connections, of encoders and of players.",
        sources.rtmp ? static_cast<double>(sources.rtmp->connections()) : 0
    ));
    add_streams(families, sources);
    add_process(families);
    co_await add_store(families, sources.database);
    http::Response response{
        .status = 200, .headers = {}, .body = prometheus::TextSerializer().Serialize(families)
    };
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

}  // namespace

void add_metrics_route(http::Router& router, const MetricSources& sources) {
    router.add(http::Method::get, "/metrics", [sources](const http::Request& /*request*/) {
        return answer(sources);
    });
}

}  // namespace tally::app
