#include "control/alert/alert_check.hpp"

#include <algorithm>

namespace tally::control {

namespace {

constexpr std::size_t most_open = 200;

AlertCounts count(const std::vector<Alert>& open) {
    const auto of = [&](Severity severity) { return std::ranges::count(open, severity, &Alert::severity); };
    return {.info = of(Severity::info), .warning = of(Severity::warning), .critical = of(Severity::critical)};
}

}  // namespace

ReadinessCheck alerts_check(AlertService& alerts) {
    const auto run = [&alerts](const Channel& channel, json::object& details) -> Async<std::string> {
        const AlertFilter filter{.status = AlertSelection::active, .channel = channel.id};
        const auto open = (co_await alerts.list(filter, {.limit = most_open})).items;
        details["open"] = json::encode(count(open));
        const auto critical = std::ranges::find(open, Severity::critical, &Alert::severity);
        co_return critical == open.end() ? "" : critical->message;
    };
    return {.name = "alerts", .run = run};
}

}  // namespace tally::control
