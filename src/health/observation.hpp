// What the program tells of a stream each second: the meter's seconds, and figures that other modules
// measure.
#pragma once

#include "base/clock.hpp"
#include "media/meter.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::health {

/// What a stream is meant to be.
struct Plan {
    bool low_latency = false;
    std::uint32_t width = 0;  // 0: nobody declared what will be sent, and the next three are defaults
    std::uint32_t height = 0;
    double kbps = 0;
    double fps = 0;
    Milliseconds segment{2000};
    Milliseconds part{333};
    Milliseconds reconnect_window{60'000};
    bool recorded = false;
    std::string ingest_url{};  // for people, without a key

    bool is_declared() const { return width != 0; }

    /// Seconds from ingest to the viewer that the packaging aims at: three parts, or three segments, are what
    /// players keep.
    double latency_target() const {
        const auto unit = low_latency ? part : segment;
        return 3 * std::chrono::duration<double>(unit).count() + (low_latency ? 2 : 0);
    }
};

/// How far packaging has come.
struct Delivery {
    double ingest_ms = 0;                // from the socket to the stream's sinks
    std::optional<double> latency{};     // seconds from arrival to availability, of the newest piece
    std::optional<double> update_age{};  // seconds since the newest piece
    std::uint64_t gaps = 0;              // segments left out so far
    bool recording_failed = false;
};

/// What is seen and heard, looked at every few seconds; nothing while nobody looks.
struct Content {
    std::optional<double> luma{};      // 0-255, under which almost all of the picture is
    std::optional<double> change{};    // 0-255, where it changed most since the look before
    std::optional<double> level_db{};  // of full scale
    std::optional<double> clipped{};   // share of the samples
    std::optional<double> loudness{};  // LUFS, over a minute
};

/// What players report; nothing while there is none to ask.
struct Audience {
    std::optional<double> latency{};  // seconds, of the median viewer; from five reporting viewers on
    std::size_t reporting = 0;        // views whose players report
    std::size_t views = 0;            // with those whose do not
    std::size_t attempts = 0;         // to play, in five minutes, as the rates of failure and exit
    std::size_t joins = 0;            // in a minute, with those that are filtered
    std::optional<double> buffering_rate{};
    std::optional<double> rebuffers_per_minute{};  // of a view
    std::optional<double> startup_p95{};           // seconds
    std::optional<double> failure_rate{};
    std::optional<double> exit_rate{};  // before the first picture
    std::optional<double> viewers{};
    std::optional<double> viewers_before{};  // a minute ago
    std::optional<double> coverage{};        // of views by reports
    std::optional<double> invalid_share{};   // of joins
    std::string worst{};                     // dimension and value: "asn AS64500"
    std::string top_error{};
};

/// Where the stream stands in the programme.
struct Standing {
    std::optional<Time> live_since{};  // the broadcast's
    bool had_media = false;            // ever
};

/// This machine and process.
struct Host {
    std::optional<double> disk_free{};  // share
    std::optional<double> disk_free_bytes{};
    std::optional<double> limit{};  // share of the limit that is nearest
    std::string limit_name{};
    std::optional<double> edge_errors{};   // share of the requests for media, in half a minute
    bool few_deliveries = false;           // too few of those to raise anything by
    std::optional<double> refused_keys{};  // in a minute, as the next in ten
    std::optional<double> refused_keys_10m{};
};

struct Observation {
    Time at;
    bool attached = false;                                        // an encoder feeds the stream
    std::vector<std::shared_ptr<const media::Second>> seconds{};  // since the last observation, oldest first
    media::FormatPtr video;
    media::FormatPtr audio;
    Delivery delivery;
    Content content{};
    Audience audience;
    bool said_goodbye = false;  // the encoder that left last
    media::Incidents incidents;
    Standing standing{};
    Host host;
};

}  // namespace tally::health
