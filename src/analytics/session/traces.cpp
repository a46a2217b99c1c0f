#include "analytics/session/traces.hpp"

#include <boost/container_hash/hash.hpp>

namespace tally::analytics {
namespace {

constexpr std::uint8_t trace_reports = 8;
constexpr Reported coarse_ms = 100;

}  // namespace

bool follow_trace(Session& session, const Beacon& beacon) {
    if (session.traced == trace_reports || beacon.play_ms == absent || beacon.play_ms % coarse_ms == 0)
        return false;
    std::size_t trace = session.trace;
    boost::hash_combine(trace, beacon.play_ms);
    boost::hash_combine(trace, beacon.rebuffer_ms);
    boost::hash_combine(trace, beacon.startup_ms);
    boost::hash_combine(trace, beacon.bitrate_kbps);
    boost::hash_combine(trace, beacon.state);
    session.trace = static_cast<std::uint32_t>(trace ^ trace >> 32);
    return ++session.traced == trace_reports;
}

std::vector<SessionKey> Traces::compare(const Session& session) {
    if (views_.size() >= most_traces) views_.clear();
    auto& views = views_[session.trace];
    if (views.size() > no_chance) return {session.key};
    views.push_back(session.key);
    return views.size() > no_chance ? views : std::vector<SessionKey>();
}

}  // namespace tally::analytics
