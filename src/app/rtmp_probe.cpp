#include "app/rtmp_probe.hpp"

#include "rtmp/probe.hpp"

namespace tally::app {
namespace {

control::TestStep step_of(rtmp::ProbeReport::Step step) {
    using enum rtmp::ProbeReport::Step;
    switch (step) {
        case connect:
            return control::TestStep::connect;
        case handshake:
            return control::TestStep::handshake;
        case publish_probe:
            break;
    }
    return control::TestStep::publish_probe;
}

}  // namespace

Async<control::ProbeReport> RtmpProbe::probe(control::ProbeTarget target, Milliseconds budget) {
    rtmp::ProbeTarget server{
        .endpoint = target.endpoint, .app = std::move(target.app), .host = std::move(target.host)
    };
    auto probed = co_await rtmp::probe(std::move(server), budget, clock_);
    control::ProbeReport report{.steps = {}, .error = std::move(probed.error)};
    for (const auto& timing : probed.steps)
        report.steps.push_back({step_of(timing.step), timing.took});
    co_return report;
}

}  // namespace tally::app
