#include "analytics/session/lease.hpp"

namespace tally::analytics {
namespace {

constexpr std::uint32_t least_wait_ms = 1000;  // before leaving counts as exit before video start

}  // namespace

bool is_watching(const Session& session, Time now) {
    const auto time = session.offset_of(now);
    if (session.ended != never || session.validity == Validity::invalid) return false;
    if (time >= session.lease_end && !session.held) return false;
    switch (session.state) {
        case PlayerState::playing:
        case PlayerState::rebuffering:
        case PlayerState::seeking:
        case PlayerState::waiting:
            return true;
        case PlayerState::paused:
            return time < session.state_since + lease::paused.count();
        default:
            return false;
    }
}

void end(Session& session, Exit exit, Time now) {
    if (session.ended != never) return;
    session.ended = session.offset_of(now);
    session.exit = exit;
    session.dirty = true;
    const bool started = session.first_frame != never;
    if (started || exit == Exit::fatal) return;
    const bool failed = session.total.errors > 0;
    if (!failed) session.exit = session.last_seen >= least_wait_ms ? Exit::ebvs : Exit::abandoned;
}

bool end_if_over(Session& session, Time now) {
    if (session.ended != never) return false;
    switch (session.state) {
        case PlayerState::ended:
        case PlayerState::quit:
            end(session, Exit::clean, session.at(session.state_since));
            return true;
        case PlayerState::fatal:
            end(session, Exit::fatal, session.at(session.state_since));
            return true;
        default:
            break;
    }
    if (session.held || session.offset_of(now) < session.lease_end) return false;
    end(session, Exit::expired, session.at(session.last_seen));
    return true;
}

}  // namespace tally::analytics
