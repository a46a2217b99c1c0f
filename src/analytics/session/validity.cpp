#include "analytics/session/validity.hpp"

namespace tally::analytics {
namespace {

constexpr std::uint8_t most_replays = 20;
constexpr std::uint32_t telling = 30'000;  // ms of playing, before its pace says anything
constexpr std::chrono::seconds clocks_differ{60};

void judge(Session& session) {
    if (session.validity == Validity::invalid) return;
    session.validity = session.suspicions == 0 ? Validity::valid : Validity::suspect;
    session.dirty = true;
}

}  // namespace

void suspect(Session& session, Suspicion suspicion) {
    session.suspicions = static_cast<std::uint8_t>(session.suspicions | static_cast<unsigned>(suspicion));
    judge(session);
}

void acquit(Session& session, Suspicion suspicion) {
    if ((session.suspicions & static_cast<unsigned>(suspicion)) == 0) return;
    session.suspicions = static_cast<std::uint8_t>(session.suspicions & ~static_cast<unsigned>(suspicion));
    judge(session);
}

void judge_replay(Session& session) {
    if (session.replays >= most_replays) return;
    ++session.replays;
    if (session.replays == most_replays) suspect(session, Suspicion::replays);
}

void judge_pace(Session& session, const Pace& pace) {
    // Nobody plays much faster than time passes.
    if (session.total.play_ms > 2 * std::uint64_t{pace.time} + telling) session.validity = Validity::invalid;
    if (!pace.went_on || !session.play_reported || pace.before == never || pace.time <= pace.before) return;
    session.pace_due += pace.time - pace.before;
    session.pace_played += pace.played;
    if (session.pace_due < telling) return;
    if (2 * std::uint64_t{session.pace_played} < session.pace_due)
        suspect(session, Suspicion::slow);
    else
        acquit(session, Suspicion::slow);
}

void judge_playhead(Session& session, Time playhead, Time at) {
    if (playhead > at + clocks_differ) suspect(session, Suspicion::ahead);
}

}  // namespace tally::analytics
