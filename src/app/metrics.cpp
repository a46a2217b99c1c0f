#include "app/metrics.hpp"

#include "app/metric_families.hpp"
#include "app/stream_metrics.hpp"
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

/// By the patterns of paths: what clients make up is no label.
void add_routes(Families& families, const MetricSources& sources) {
    auto requests = family("tally_http_requests_total", "Answers of each route.", MetricType::Counter);
    auto seconds = family(
        "tally_http_request_seconds_total", "What each route's answers took together.", MetricType::Counter
    );
    for (const auto& [service, server] : sources.servers) {
        for (const auto& [name, totals] : server->routes()) {
            const auto space = name.find(' ');
            const Labels labels{
                {"service", service}, {"method", name.substr(0, space)}, {"route", name.substr(space + 1)}
            };
            add_counter(seconds, totals.seconds, labels);
            for (std::size_t i = 0; i < totals.classes.size(); ++i) {
                if (totals.classes[i] == 0) continue;
                auto of_class = labels;
                of_class.push_back({"status", fmt::format("{}xx", i + 1)});
                add_counter(requests, static_cast<double>(totals.classes[i]), std::move(of_class));
            }
        }
    }
    families.push_back(std::move(requests));
    families.push_back(std::move(seconds));
}

void add_workers(Families& families, const MetricSources& sources) {
    auto queued = family("tally_worker_jobs", "Jobs that wait or run.", MetricType::Gauge);
    auto limit = family("tally_worker_jobs_limit", "Jobs beyond which more are refused.", MetricType::Gauge);
    for (const auto* pool : sources.workers) {
        add_gauge(queued, static_cast<double>(pool->queued()), {{"pool", pool->name()}});
        add_gauge(limit, static_cast<double>(pool->limit()), {{"pool", pool->name()}});
    }
    families.push_back(std::move(queued));
    families.push_back(std::move(limit));
}

void add_happenings(Families& families, const MetricSources& sources) {
    auto alerts =
        family("tally_alerts_raised_total", "Alerts raised, or risen to this severity.", MetricType::Counter);
    const auto raised = sources.health.raised();
    for (std::size_t i = 0; i < raised.size(); ++i)
        add_counter(
            alerts,
            static_cast<double>(raised.at(i)),
            {{"severity", std::string(enum_text(static_cast<health::Severity>(i)))}}
        );
    families.push_back(std::move(alerts));

    auto deliveries =
        family("tally_webhook_attempts_total", "Webhook calls, by what became of them.", MetricType::Counter);
    const auto& counts = sources.deliveries;
    add_counter(deliveries, static_cast<double>(counts.succeeded), {{"outcome", "succeeded"}});
    add_counter(deliveries, static_cast<double>(counts.retried), {{"outcome", "retried"}});
    add_counter(deliveries, static_cast<double>(counts.given_up), {{"outcome", "given_up"}});
    families.push_back(std::move(deliveries));
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
    add_routes(families, sources);
    families.push_back(gauge(
        "tally_rtmp_connections",
        "Open RTMP connections, of encoders and of players.",
        sources.rtmp ? static_cast<double>(sources.rtmp->connections()) : 0
    ));
    add_stream_metrics(families, sources.streams, sources.health, sources.rtmp);
    add_happenings(families, sources);
    add_workers(families, sources);
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
