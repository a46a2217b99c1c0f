// tally load: a swarm of viewers against a server, to see what it carries.
#include "app/commands.hpp"
#include "load/swarm.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace tally::app {
namespace {

void print_progress(const load::Outcome& so_far) {
    const auto& report = so_far.report;
    fmt::print(
        stderr,
        "{:5.0f} s  {} of {} playing, {} stalls, {} errors, {:.1f} MB\n",
        std::chrono::duration<double>(so_far.took).count(),
        report.started,
        report.viewers,
        report.stalls,
        report.error_count(),
        static_cast<double>(report.bytes) / 1e6
    );
}

}  // namespace

int run_load(const CommandLine& line) {
    const load::SwarmOptions options{
        .url = line.url,
        .protocol = *line.protocol,
        .viewers = line.viewers,
        .duration = line.duration,
        .ramp = std::min<Milliseconds>(line.duration / 4, Milliseconds(line.viewers * 2)),
        .reports = line.beacons,
    };
    const auto outcome = load::run_swarm(options, print_progress);
    if (!outcome) {
        fmt::print(stderr, "tally: {}\n", outcome.error().context);
        return 1;
    }
    const auto& [report, took] = *outcome;
    fmt::print("{}", line.json ? load::render_json(report, took) : load::render_text(report, took));
    std::fflush(stdout);
    // Viewers are still suspended in the middle of their work: the system takes them back.
    std::_Exit(report.started > 0 ? 0 : 1);
}

}  // namespace tally::app
