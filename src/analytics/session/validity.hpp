// What speaks against a view being watched by anyone. Invalid views are in no number; suspect ones are, and
// are counted apart.
#pragma once

#include "analytics/session/session.hpp"

namespace tally::analytics {

enum class Suspicion : std::uint8_t {
    idle = 1,     // asks for playlists, and takes no media
    crowded = 2,  // one of too many that its address began at a time
    replays = 4,  // sends again and again what it has sent
    slow = 8,     // says it plays, at less than half the pace of time
    ahead = 16,   // shows what has not happened yet
    hosted = 32,  // comes from a data centre
    copied = 64,  // went as too many others, to the millisecond
};

void suspect(Session& session, Suspicion suspicion);
void acquit(Session& session, Suspicion suspicion);

/// A report came that had come before.
void judge_replay(Session& session);

/// A report was taken: how the view plays, against the time that passed.
struct Pace {
    Offset time = 0;           // of the report
    Offset before = never;     // of the newest report before it
    bool went_on = false;      // played then, and plays now
    std::uint32_t played = 0;  // ms since, standing still included
};

void judge_pace(Session& session, const Pace& pace);
/// `playhead`: the wall-clock time of the media that is shown at `at`.
void judge_playhead(Session& session, Time playhead, Time at);

}  // namespace tally::analytics
