// One live view as it is held in memory: a compact row. Times within it are milliseconds after its start.
#pragma once

#include "analytics/collect/beacon.hpp"
#include "analytics/session/facets.hpp"
#include "analytics/session/tallies.hpp"

#include <limits>
#include <memory>

namespace tally::analytics {

class Audience;

/// What few sessions have.
struct SessionDetail {
    std::vector<ErrorFacts> errors;
    std::vector<RenditionFacts> renditions;  // beyond the current one
    std::vector<PlayedRun> played;           // before the current run
    std::vector<std::int64_t> rebuffer_durations_ms;

    static constexpr std::size_t most_errors = 16;
    static constexpr std::size_t most_renditions = 16;
    static constexpr std::size_t most_runs = 64;
    static constexpr std::size_t most_durations = 16;
};

/// `never` is a time that has not been.
using Offset = std::uint32_t;
inline constexpr Offset never = std::numeric_limits<Offset>::max();

struct Session {
    SessionKey key = 0;
    ViewerKey viewer = 0;
    Audience* audience = nullptr;
    Time started;
    std::uint32_t dimensions = 0;  // in the shard's table
    std::uint32_t claims = 0;      // in the shard's table
    Facets facets;

    Offset first_frame = never;
    Offset last_seen = 0;  // newest evidence of either kind
    Offset lease_end = 0;
    Offset reported = never;  // the newest report's own time
    Offset state_since = 0;
    Offset ended = never;
    Offset carried = 0;  // the process before ours counted until then, beyond what it stored of this view
    std::uint32_t startup_ms = never;
    std::uint32_t bitrate_kbps = 0;  // 0: unknown
    std::uint32_t rendition_ms = 0;  // played at the current rendition
    std::uint16_t rendition_height = 0;
    std::uint16_t player_height = 0;
    std::uint16_t upscale_permille_max = 0;
    std::uint16_t latency_bin = 0;  // in the audience's histogram; 0: none
    std::uint32_t run_from = 0;     // the current run of media buckets, [from, to)
    std::uint32_t run_to = 0;
    std::uint32_t own_stalls = 0;     // entries into `rebuffering` that were seen as such
    std::uint32_t sequence_top = 0;   // highest `sn` seen; 0: none
    std::uint64_t sequence_bits = 0;  // of the 64 up to the top
    std::uint64_t older_bits = 0;     // of the 64 before these
    std::uint64_t journal = 0;
    std::int64_t clock_offset = std::numeric_limits<std::int64_t>::max();  // least of received - sent, ms

    PlayerState state = PlayerState::unknown;
    Exit exit = Exit::none;
    Validity validity = Validity::valid;
    std::uint8_t suspicions = 0;  // a set of Suspicion
    std::uint8_t replays = 0;
    std::uint8_t traced = 0;  // reports that are in the trace
    bool beaconed : 1 = false;
    bool edge : 1 = false;
    bool persistent : 1 = false;
    bool play_reported : 1 = false;  // the player counts its play time itself
    bool rebuffer_reported : 1 = false;
    bool stalls_reported : 1 = false;
    bool switches_reported : 1 = false;
    bool counted : 1 = false;  // among the audience's concurrent views
    bool known : 1 = false;    // among its distinct viewers
    bool dirty : 1 = false;    // changed since its facts were given last
    bool stored : 1 = false;   // its facts were given once
    bool rolled : 1 = false;   // a minute of it ended since they were given
    bool held : 1 = false;     // its connection stands; the lease waits for it
    bool used : 1 = false;     // the row holds a session

    std::uint32_t trace = 0;        // hash of how it was played (traces.hpp)
    std::uint32_t rate_window = 0;  // ten seconds, since 1970
    std::uint16_t rate_count = 0;   // of reports within it
    std::uint32_t pace_due = 0;     // ms between reports of playing on, and
    std::uint32_t pace_played = 0;  // what was played in them
    std::uint32_t minute = 0;       // since 1970: what `base` is the start of
    Tallies total;
    Tallies base;
    std::unique_ptr<SessionDetail> detail;

    Time at(Offset offset) const { return started + Milliseconds(offset); }

    Offset offset_of(Time time) const {
        return static_cast<Offset>(std::clamp<std::int64_t>((time - started).count(), 0, never - 1));
    }

    SessionDetail& details() {
        if (!detail) detail = std::make_unique<SessionDetail>();
        return *detail;
    }
};

}  // namespace tally::analytics
