// What Prometheus calls families, filled with a line or two.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace tally::app {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;
using Labels = std::vector<ClientMetric::Label>;

inline MetricFamily family(std::string name, std::string help, MetricType type) {
    return {.name = std::move(name), .help = std::move(help), .type = type, .metric = {}};
}

inline void add_gauge(MetricFamily& to, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    to.metric.push_back(std::move(metric));
}

inline void add_counter(MetricFamily& to, double value, Labels labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    to.metric.push_back(std::move(metric));
}

inline MetricFamily gauge(std::string name, std::string help, double value) {
    auto made = family(std::move(name), std::move(help), MetricType::Gauge);
    add_gauge(made, value);
    return made;
}

}  // namespace tally::app
