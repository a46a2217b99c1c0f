#include "app/health.hpp"

#include "app/version.hpp"
#include "json/text.hpp"

#include <memory>

namespace tally::app {
namespace {

struct Report {
    std::string status = "healthy";
    bool ready = true;
    boost::json::object checks;
};

Async<Report> run(const std::vector<HealthCheck>& checks) {
    Report report;
    for (const auto& check : checks) {
        boost::json::object details;
        const auto trouble = co_await check.run(details);
        details["status"] = trouble.empty() ? "healthy" : "unhealthy";
        if (!trouble.empty()) {
            details["detail"] = trouble;
            report.ready = report.ready && !check.essential;
            if (check.essential || report.status == "healthy") {
                report.status = check.essential ? "unhealthy" : "degraded";
            }
        }
        report.checks[check.name] = std::move(details);
    }
    co_return report;
}

http::Response answer(unsigned status, const boost::json::object& body) {
    http::Response response{.status = status, .headers = {}, .body = json::print(body)};
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_health_routes(http::Router& router, ServiceHealth health, const Clock& clock) {
    const auto shared = std::make_shared<const ServiceHealth>(std::move(health));
    const auto started = clock.now();

    router.add(http::Method::get, "/health", [=, &clock](const http::Request&) -> Async<http::Response> {
        const auto report = co_await run(shared->checks);
        const auto now = clock.now();
        co_return answer(
            200,
            {
                {"service", shared->service},
                {"status", report.status},
                {"version", version},
                {"commit", commit},
                {"uptime", std::chrono::duration<double>(now - started).count()},
                {"startedAt", to_rfc3339(started)},
                {"time", to_rfc3339(now)},
                {"checks", report.checks},
                {"load", shared->load()},
            }
        );
    });
    router.add(http::Method::get, "/health/ready", [=](const http::Request&) -> Async<http::Response> {
        const auto report = co_await run(shared->checks);
        auto response =
            answer(report.ready ? 200 : 503, {{"status", report.status}, {"checks", report.checks}});
        if (!report.ready) response.headers.set("Retry-After", "2");
        co_return response;
    });
    router.add(http::Method::get, "/health/live", [=](const http::Request&) -> Async<http::Response> {
        co_return answer(200, {{"status", "healthy"}});
    });
}

}  // namespace tally::app
