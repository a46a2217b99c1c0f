#include "analytics/session/progress.hpp"

#include "analytics/session/lease.hpp"
#include "analytics/session/validity.hpp"

namespace tally::analytics {
namespace {

constexpr std::int64_t least_stall_ms = 100;  // shorter ones are micro-stalls
constexpr Milliseconds largest_skew{24 * 3600 * 1000};
constexpr std::int64_t latest_live_ms = 300'000;  // further behind, a viewer is not live
/// A player that does not count for itself is taken to have gone on for at most this long between reports.
constexpr Offset longest_interval = 60'000;

std::uint32_t bounded(std::int64_t value) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, never - 1));
}

void raise(std::uint32_t& total, Reported value) {
    if (value > std::int64_t{total}) total = bounded(value);
}

constexpr std::uint32_t word = 64;

void slide(Session& session, std::uint32_t ahead) {
    auto& newer = session.sequence_bits;
    auto& older = session.older_bits;
    if (ahead >= word) {
        older = ahead < 2 * word ? newer << (ahead - word) : 0;
        newer = 0;
        return;
    }
    older = older << ahead | newer >> (word - ahead);
    newer <<= ahead;
}

/// A sliding window of 128, as RFC 4303 3.4.3 has it: false when `sequence` was seen, or is too old to tell.
bool is_new(Session& session, std::uint32_t sequence) {
    if (session.sequence_top == 0 || sequence > session.sequence_top) {
        slide(session, sequence - session.sequence_top);
        session.sequence_bits |= 1;
        session.sequence_top = sequence;
        return true;
    }
    const auto behind = session.sequence_top - sequence;
    if (behind >= 2 * word) return false;
    auto& bits = behind < word ? session.sequence_bits : session.older_bits;
    const auto bit = std::uint64_t{1} << behind % word;
    if ((bits & bit) != 0) return false;
    bits |= bit;
    return true;
}

/// The player's clock against ours: its least delay so far is taken for none.
Offset time_of(Session& session, const Beacon& beacon, Time received) {
    const auto latest = session.offset_of(received);
    const auto delay = received - beacon.time;
    if (beacon.time == Time() || delay > largest_skew || delay < -largest_skew) return latest;
    session.clock_offset = std::min(session.clock_offset, delay.count());
    return std::min(session.offset_of(beacon.time + Milliseconds(session.clock_offset)), latest);
}

void leave_rendition(Session& session) {
    if (session.rendition_height == 0 || session.rendition_ms == 0) return;
    auto& renditions = session.details().renditions;
    const auto height = std::int64_t{session.rendition_height};
    auto found = std::ranges::find(renditions, height, &RenditionFacts::height);
    if (found == renditions.end()) {
        if (renditions.size() == SessionDetail::most_renditions) return;
        found = renditions.insert(found, {.height = height});
    }
    found->play_ms += session.rendition_ms;
    session.rendition_ms = 0;
}

/// Play time goes to the bitrate and the rendition that were on until this report.
void add_play(Session& session, std::int64_t more) {
    if (more <= 0) return;
    auto& total = session.total;
    const auto played = bounded(more);
    total.play_ms += played;
    if (session.bitrate_kbps > 0) {
        total.bitrate_ms += played;
        total.bitrate_kbps_ms += std::uint64_t{session.bitrate_kbps} * played;
    }
    if (session.rendition_height == 0) return;
    session.rendition_ms += played;
    if (session.player_height <= session.rendition_height) return;
    const auto upscale =
        (session.player_height - session.rendition_height) * 1000U / session.rendition_height;
    total.upscale_permille_ms += std::uint64_t{upscale} * played;
    session.upscale_permille_max = static_cast<std::uint16_t>(
        std::max<std::uint32_t>(session.upscale_permille_max, std::min(upscale, 65'535U))
    );
}

/// Extends the run of media that is being played; a jump starts another run, also one back into the same:
/// what is seen again is another play of it. Playheads are told within a bucket.
void add_played_media(Session& session, Time from, Time to) {
    const auto first = static_cast<std::uint32_t>(from.time_since_epoch() / media_bucket);
    const auto last = static_cast<std::uint32_t>(to.time_since_epoch() / media_bucket) + 1;
    if (session.run_to > 0 && first <= session.run_to && first + 2 >= session.run_to) {
        session.run_to = std::max(session.run_to, last);
        return;
    }
    if (session.run_to > session.run_from) {
        auto& runs = session.details().played;
        if (runs.size() < SessionDetail::most_runs) runs.push_back({session.run_from, session.run_to});
    }
    session.run_from = first;
    session.run_to = last;
}

void add_stall(Session& session, std::int64_t duration_ms) {
    if (duration_ms < least_stall_ms) return;
    auto& durations = session.details().rebuffer_durations_ms;
    if (durations.size() < SessionDetail::most_durations) durations.push_back(duration_ms);
}

void add_error(Session& session, const Beacon& beacon) {
    ++session.total.errors;
    auto& errors = session.details().errors;
    const std::string code = beacon.error_code.empty() ? "unknown" : beacon.error_code;
    auto found = std::ranges::find(errors, code, &ErrorFacts::code);
    if (found == errors.end()) {
        if (errors.size() == SessionDetail::most_errors) return;
        found = errors.insert(found, {.code = code});
    }
    ++found->count;
    found->fatal = found->fatal || beacon.state == PlayerState::fatal;
}

/// What the player did since its last report, where it does not count that itself.
void integrate(Session& session, const Beacon& beacon, Offset time) {
    if (session.reported == never || time <= session.reported) return;
    const auto interval = std::min(time - session.reported, longest_interval);
    const bool counts_play = session.play_reported || beacon.play_ms != absent;
    if (session.state == PlayerState::playing && !counts_play) add_play(session, interval);
    const bool counts_rebuffer =
        session.rebuffer_reported || beacon.rebuffer_ms != absent || beacon.stall_ms != absent;
    if (session.state == PlayerState::rebuffering && !counts_rebuffer && session.first_frame != never)
        session.total.rebuffer_ms += interval;
}

void start_playing(Session& session, Offset time) {
    if (session.first_frame == never) session.first_frame = time;
}

void enter_state(Session& session, PlayerState next, Offset time) {
    if (next == PlayerState::unknown || next == session.state) return;
    if (session.state == PlayerState::rebuffering && !session.stalls_reported &&
        session.first_frame != never) {
        const auto duration = time - std::min(time, session.state_since);
        ++(duration >= least_stall_ms ? session.total.rebuffers : session.total.micro_stalls);
        add_stall(session, duration);
    }
    if (next == PlayerState::playing) start_playing(session, time);
    session.state = next;
    session.state_since = time;
}

/// Absolute counters, where the report has them.
void take_counters(Session& session, const Beacon& beacon) {
    auto& total = session.total;
    if (beacon.play_ms != absent) {
        session.play_reported = true;
        add_play(session, beacon.play_ms - std::int64_t{total.play_ms});
    }
    const auto rebuffer = beacon.rebuffer_ms != absent ? beacon.rebuffer_ms : beacon.stall_ms;
    if (rebuffer != absent) {
        session.rebuffer_reported = true;
        raise(total.rebuffer_ms, rebuffer);
    }
    raise(total.micro_stalls, beacon.micro_stalls);
    if (beacon.stalls != absent) {
        session.stalls_reported = true;
        raise(session.own_stalls, beacon.stalls);
    }
    raise(total.dropped_frames, beacon.dropped_frames);
    raise(total.total_frames, beacon.total_frames);
    if (beacon.switches_up != absent || beacon.switches_down != absent) {
        session.switches_reported = true;
        raise(total.switches_up, beacon.switches_up);
        raise(total.switches_down, beacon.switches_down);
    }
}

/// What holds from this report on; an older report than the newest does not change it.
void take_situation(Session& session, const Beacon& beacon) {
    if (beacon.bitrate_kbps > 0) {
        const auto next = bounded(beacon.bitrate_kbps);
        if (session.bitrate_kbps > 0 && next != session.bitrate_kbps && !session.switches_reported)
            ++(next > session.bitrate_kbps ? session.total.switches_up : session.total.switches_down);
        session.bitrate_kbps = next;
    }
    if (beacon.rendition_height > 0 && beacon.rendition_height != session.rendition_height) {
        leave_rendition(session);
        session.rendition_height =
            static_cast<std::uint16_t>(std::min<Reported>(beacon.rendition_height, 65'535));
    }
    if (beacon.player_height > 0)
        session.player_height = static_cast<std::uint16_t>(std::min<Reported>(beacon.player_height, 65'535));
}

/// The picture moved until this report, and still does: how far from live it is after a stall, or at the end,
/// is for a moment only.
bool is_steady(const Session& session, PlayerState now) {
    const auto moves = [](PlayerState state) {
        return state == PlayerState::playing || state == PlayerState::unknown;
    };
    return moves(now) && (moves(session.state) || session.total.latency_samples == 0);
}

void take_samples(Session& session, const Beacon& beacon) {
    auto& total = session.total;
    constexpr std::uint16_t most = std::numeric_limits<std::uint16_t>::max();
    const bool near_live = beacon.latency_ms != absent && beacon.latency_ms <= latest_live_ms;
    if (near_live && total.latency_samples < most && is_steady(session, beacon.state)) {
        total.latency_ms_sum += bounded(beacon.latency_ms);
        ++total.latency_samples;
    }
    if (beacon.throughput_kbps != absent && total.throughput_samples < most) {
        total.throughput_kbps_sum += bounded(beacon.throughput_kbps);
        ++total.throughput_samples;
    }
    if (beacon.stall_duration_ms == absent || !session.stalls_reported) return;
    add_stall(session, beacon.stall_duration_ms);
    if (beacon.stall_duration_ms < least_stall_ms && beacon.micro_stalls == absent) ++total.micro_stalls;
}

/// A view that goes on after the process ended was watched to the last that is known of that process: what it
/// had stored of the view is up to a minute older.
void take_carried(Session& session) {
    const auto until = std::exchange(session.carried, 0);
    if (session.beaconed || until <= session.last_seen) return;
    add_play(session, until - session.last_seen);
    add_played_media(session, session.at(session.last_seen), session.at(until));
    session.last_seen = until;
}

/// With `bsa` every stall is counted, the short ones too.
void count_rebuffers(Session& session) {
    if (!session.stalls_reported) return;
    const auto long_ones = session.own_stalls - std::min(session.own_stalls, session.total.micro_stalls);
    session.total.rebuffers = std::max(session.total.rebuffers, long_ones);
}

/// The media that went by since the last report, ending at the playhead: as far as it was told, else with the
/// newest known distance from live.
void follow_playhead(Session& session, const Beacon& beacon, std::uint32_t played_before, Time at) {
    const auto played = session.total.play_ms - played_before;
    if (played == 0) return;
    const auto told = beacon.playhead_ms > 0 ? Time(Milliseconds(beacon.playhead_ms)) : Time();
    if (told != Time() && told <= at + largest_skew) judge_playhead(session, told, at);
    const bool plausible = told != Time() && told <= at + largest_skew && told >= at - largest_skew;
    const auto playhead = plausible ? told : at - Milliseconds(std::max<Reported>(beacon.latency_ms, 0));
    add_played_media(session, playhead - Milliseconds(played), playhead - Milliseconds(1));
}

}  // namespace

void take_delivery(Session& session, std::uint64_t bytes, Time now, bool live) {
    const auto time = session.offset_of(now);
    session.edge = true;
    session.dirty = true;
    session.total.bytes += bytes;
    take_carried(session);
    if (!session.beaconed) {
        start_playing(session, time);
        const auto gap = time - std::min(time, session.last_seen);
        const auto interval = std::min(gap, static_cast<Offset>(lease::delivery.count()));
        if (interval > 0) {
            const auto before = now - Milliseconds(interval);
            add_play(session, interval);
            if (live) add_played_media(session, before, now);
        }
        session.state = PlayerState::playing;
    }
    session.last_seen = std::max(session.last_seen, time);
    session.lease_end = std::max(session.lease_end, time + static_cast<Offset>(lease::delivery.count()));
}

void take_told(Session& session, const Beacon& told) {
    if (session.beaconed) return;
    take_counters(session, told);
    take_samples(session, told);
    take_situation(session, told);
    if (told.startup_ms != absent && session.startup_ms == never)
        session.startup_ms = bounded(told.startup_ms);
    if (told.starved && !session.stalls_reported) ++session.total.rebuffers;
    count_rebuffers(session);
}

Step take_report(Session& session, const Beacon& beacon, Time received) {
    if (beacon.sequence > 0 && !is_new(session, bounded(beacon.sequence))) {
        judge_replay(session);
        return Step::duplicate;
    }
    if (!session.beaconed) {
        session.beaconed = true;
        // What delivery made of it so far is what the player knows better.
        session.total.play_ms = 0;
        session.first_frame = never;
        session.state = PlayerState::unknown;
        session.run_from = session.run_to = 0;
    }
    session.dirty = true;
    const auto time = time_of(session, beacon, received);
    const auto played_before = session.total.play_ms;
    const auto stood_before = session.total.rebuffer_ms;
    Pace pace{.time = time, .before = session.reported};
    pace.went_on = session.state == PlayerState::playing && beacon.state == PlayerState::playing;
    integrate(session, beacon, time);
    take_counters(session, beacon);
    take_samples(session, beacon);
    if (beacon.startup_ms != absent && session.startup_ms == never) {
        session.startup_ms = bounded(beacon.startup_ms);
        start_playing(session, time);
    }
    if (beacon.error || beacon.state == PlayerState::fatal) add_error(session, beacon);
    if (session.reported == never || time >= session.reported) {
        take_situation(session, beacon);
        enter_state(session, beacon.state, time);
        session.reported = time;
    } else if (beacon.state == PlayerState::playing) {
        start_playing(session, time);
        session.first_frame = std::min(session.first_frame, time);
    }
    count_rebuffers(session);
    pace.played = session.total.play_ms - played_before + session.total.rebuffer_ms - stood_before;
    judge_pace(session, pace);
    follow_playhead(session, beacon, played_before, session.at(time));
    session.last_seen = std::max(session.last_seen, time);
    session.lease_end = std::max(session.lease_end, time + static_cast<Offset>(lease::report.count()));
    return Step::taken;
}

void recall_report(Session& session, const Beacon& beacon, Time received) {
    const auto time = time_of(session, beacon, received);
    if (session.reported != never && time < session.reported) return;
    session.reported = time;
    session.play_reported = session.play_reported || beacon.play_ms != absent;
    session.rebuffer_reported =
        session.rebuffer_reported || beacon.rebuffer_ms != absent || beacon.stall_ms != absent;
    session.stalls_reported = session.stalls_reported || beacon.stalls != absent;
    const bool switches = beacon.switches_up != absent || beacon.switches_down != absent;
    session.switches_reported = session.switches_reported || switches;
    const auto counted = session.total;
    take_situation(session, beacon);
    session.total = counted;
    if (beacon.state == PlayerState::unknown || beacon.state == session.state) return;
    session.state = beacon.state;
    session.state_since = time;
}

}  // namespace tally::analytics
