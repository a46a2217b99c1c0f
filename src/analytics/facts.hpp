// What analytics knows about an audience, in the one shape that the engine gives, stores keep and queries
// read.
//
// Everything here is written so that writing it again changes nothing: a row has a key, and holds absolute
// values of what its key names. A batch that is replayed after a crash replaces the rows it wrote before.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tally::analytics {

/// A view: one player on one broadcast. A keyed hash of the CMCD `sid`, or of what stands for it.
using SessionKey = std::uint64_t;
/// A viewer, who may have several views. A keyed hash of the declared user id, else of the device's, else of
/// the view; no id can be had back from it. 0 is none.
using ViewerKey = std::uint64_t;

/// 16 hexadecimal digits, as the API shows keys.
std::string key_text(std::uint64_t key);
std::optional<std::uint64_t> parse_key(std::string_view text);

BOOST_DEFINE_FIXED_ENUM_CLASS(Protocol, std::uint8_t, hls, dash, rtmp, webrtc, other)

/// How a view ended. `expired`: the lease ran out without a goodbye. `ebvs`: exit before video start, having
/// waited at least a second. `abandoned`: the same within a second, which counts for nothing.
BOOST_DEFINE_FIXED_ENUM_CLASS(Exit, std::uint8_t, none, clean, expired, fatal, ebvs, abandoned)

/// `invalid` views are left out of every number and counted in `filtered`; `suspect` ones are in.
BOOST_DEFINE_FIXED_ENUM_CLASS(Validity, std::uint8_t, valid, suspect, invalid)

/// Where and with what a view plays. Empty is unknown. A city is kept here and suppressed in answers.
struct Dimensions {
    Protocol protocol = Protocol::hls;
    std::string country{};  // ISO 3166-1: "IN"
    std::string region{};   // ISO 3166-2: "IN-KA"
    std::string city{};
    std::int64_t asn = 0;
    std::string device{};  // mobile, desktop, tv, tablet, console, other
    std::string os{};
    std::string browser{};
    std::string player{};
    std::string player_version{};
    std::string connection{};  // "4g", "wifi"
    std::string cdn{};

    friend bool operator==(const Dimensions&, const Dimensions&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Dimensions,
    (),
    (protocol, country, region, city, asn, device, os, browser, player, player_version, connection, cdn)
)

/// What the integrator declared of the viewer in a signed claim, with consent. Empty is undeclared.
struct Claims {
    std::string age_band{};  // "18-24"
    std::string gender{};
    std::string language{};

    friend bool operator==(const Claims&, const Claims&) = default;
};
BOOST_DESCRIBE_STRUCT(Claims, (), (age_band, gender, language))

/// Sums that only grow. In SessionFacts since the view's start, in MinuteFacts of that minute.
struct Counters {
    std::int64_t play_ms = 0;          // wall time playing: without startup, rebuffering, seeking and pause
    std::int64_t rebuffer_ms = 0;      // after the first frame, not while seeking
    std::int64_t rebuffers = 0;        // of 100 ms and more
    std::int64_t micro_stalls = 0;     // shorter ones
    std::int64_t bitrate_kbps_ms = 0;  // indicated bitrate times the play time it was shown for
    std::int64_t bitrate_ms = 0;       // the play time whose bitrate is known
    std::int64_t switches_up = 0;
    std::int64_t switches_down = 0;
    std::int64_t dropped_frames = 0;
    std::int64_t total_frames = 0;
    std::int64_t bytes = 0;           // sent by this server
    std::int64_t latency_ms_sum = 0;  // of reports within 5 min of the live edge
    std::int64_t latency_samples = 0;
    std::int64_t throughput_kbps_sum = 0;
    std::int64_t throughput_samples = 0;
    std::int64_t upscale_permille_ms =
        0;  // (player height / rendition height - 1) * 1000, at least 0, times play time
    std::int64_t errors = 0;

    friend bool operator==(const Counters&, const Counters&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Counters,
    (),
    (play_ms,
     rebuffer_ms,
     rebuffers,
     micro_stalls,
     bitrate_kbps_ms,
     bitrate_ms,
     switches_up,
     switches_down,
     dropped_frames,
     total_frames,
     bytes,
     latency_ms_sum,
     latency_samples,
     throughput_kbps_sum,
     throughput_samples,
     upscale_permille_ms,
     errors)
)

/// `to` minus `from`, member by member.
Counters operator-(const Counters& to, const Counters& from);
Counters& operator+=(Counters& to, const Counters& more);

struct ErrorFacts {
    std::string code{};
    bool fatal = false;
    std::int64_t count = 0;

    friend bool operator==(const ErrorFacts&, const ErrorFacts&) = default;
};
BOOST_DESCRIBE_STRUCT(ErrorFacts, (), (code, fatal, count))

/// Play time at one rendition: the "1080" of "1080p".
struct RenditionFacts {
    std::int64_t height = 0;
    std::int64_t play_ms = 0;

    friend bool operator==(const RenditionFacts&, const RenditionFacts&) = default;
};
BOOST_DESCRIBE_STRUCT(RenditionFacts, (), (height, play_ms))

/// A run of media that was played, [from, to) in units of `media_bucket` of wall-clock time since 1970: when
/// the media was live. Minus the broadcast's start it is media time. Runs of one view may overlap: then it
/// was played more than once.
struct PlayedRun {
    std::int64_t from = 0;
    std::int64_t to = 0;

    friend bool operator==(const PlayedRun&, const PlayedRun&) = default;
};
BOOST_DESCRIBE_STRUCT(PlayedRun, (), (from, to))

inline constexpr Milliseconds media_bucket{10'000};

/// One view, live or over; the newest state of it. Key: (broadcast, session). Replaces an earlier row.
struct SessionFacts {
    SessionKey session = 0;
    ViewerKey viewer = 0;
    bool persistent_viewer = false;  // the viewer key outlives the view: a declared id, with consent
    BroadcastId broadcast{};
    ChannelId channel{};
    Time started{};                     // first evidence
    std::optional<Time> first_frame{};  // empty: not a started view
    Time last_seen{};
    std::optional<Time> ended{};  // empty while the lease runs
    std::optional<std::int64_t> startup_ms{};
    Exit exit = Exit::none;
    Validity validity = Validity::valid;
    bool beaconed = false;       // the player reports by itself
    bool edge_observed = false;  // this server delivered to it
    Dimensions dimensions{};
    Claims claims{};
    Counters counters{};
    std::int64_t upscale_permille_max = 0;
    std::vector<ErrorFacts> errors{};
    std::vector<RenditionFacts> renditions{};
    std::vector<PlayedRun> played{};
    std::vector<std::int64_t> rebuffer_durations_ms{};  // the first 16, of 100 ms and more
    std::uint64_t journal = 0;        // the newest journal record that is in here; replay skips up to it
    std::uint64_t sequence_seen = 0;  // for the engine: highest `sn`, and
    std::uint64_t sequence_bits = 0;  // which of the 64 before it were seen

    friend bool operator==(const SessionFacts&, const SessionFacts&) = default;
};

/// What one view did in one minute of wall-clock time. Key: (broadcast, minute, session). Replaces an earlier
/// row, so that a minute may be written while it runs. Where from and with what: the view's SessionFacts,
/// which are in the same batch or an earlier one.
struct MinuteFacts {
    BroadcastId broadcast{};
    Time minute{};  // its start
    SessionKey session = 0;
    ViewerKey viewer = 0;
    Counters counters{};

    friend bool operator==(const MinuteFacts&, const MinuteFacts&) = default;
};

/// How many watched, over ten seconds. Key: (broadcast, time). Replaces an earlier row. Sums of all shards: a
/// peak is the maximum of sums. Seconds that were not observed are not in it: `seconds` may be below 10.
struct AudienceFacts {
    BroadcastId broadcast{};
    Time time{};                      // its start
    std::int64_t seconds = 0;         // observed
    std::int64_t viewer_seconds = 0;  // sum of concurrent viewers over these seconds
    std::int64_t view_seconds = 0;
    std::int64_t min_viewers = 0;
    std::int64_t max_viewers = 0;
    Time max_at{};
    std::int64_t joins = 0;
    std::int64_t leaves = 0;

    friend bool operator==(const AudienceFacts&, const AudienceFacts&) = default;
};
BOOST_DESCRIBE_STRUCT(
    AudienceFacts,
    (),
    (broadcast, time, seconds, viewer_seconds, view_seconds, min_viewers, max_viewers, max_at, joins, leaves)
)

inline constexpr Milliseconds audience_bucket{10'000};

BOOST_DEFINE_FIXED_ENUM_CLASS(
    Engagement, std::uint8_t, chat, reaction, like, share, follow, poll_vote, click, clip, question
)

/// Key: id.
struct EngagementEvent {
    std::string id{};  // "evt_..."
    BroadcastId broadcast{};
    ChannelId channel{};
    SessionKey session = 0;
    ViewerKey viewer = 0;
    Engagement type = Engagement::chat;
    std::string value{};                 // of a reaction or vote; never a text a person wrote
    std::optional<double> media_time{};  // seconds
    Time time{};

    friend bool operator==(const EngagementEvent&, const EngagementEvent&) = default;
};

/// What was not counted, by why: absolute for the broadcast in this process's lifetime. Key: (broadcast,
/// epoch). Sum over epochs.
struct LossFacts {
    BroadcastId broadcast{};
    Time epoch{};                 // start of the process
    std::int64_t beacons = 0;     // accepted
    std::int64_t shed = 0;        // dropped because a queue was full
    std::int64_t duplicates = 0;  // dropped by `sn`
    std::int64_t rejected = 0;    // no token, or malformed
    std::int64_t rate_limited = 0;
    std::int64_t late = 0;  // after the broadcast was final
    std::int64_t engagement_limited = 0;
    std::int64_t engagement_duplicates = 0;

    friend bool operator==(const LossFacts&, const LossFacts&) = default;
};
BOOST_DESCRIBE_STRUCT(
    LossFacts,
    (),
    (broadcast,
     epoch,
     beacons,
     shed,
     duplicates,
     rejected,
     rate_limited,
     late,
     engagement_limited,
     engagement_duplicates)
)

/// Written as one: all of it or nothing.
struct FactBatch {
    std::vector<SessionFacts> sessions{};
    std::vector<MinuteFacts> minutes{};
    std::vector<AudienceFacts> audience{};
    std::vector<EngagementEvent> engagement{};
    std::vector<LossFacts> losses{};
};

}  // namespace tally::analytics
