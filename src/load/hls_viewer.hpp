// A viewer of an HLS stream: playlists reloaded on schedule, segments fetched in order, a rendition chosen by
// what the network gives.
#pragma once

#include "load/connection.hpp"
#include "load/playback.hpp"
#include "load/playlist.hpp"
#include "load/report.hpp"

#include <string>

namespace tally::load {

/// Lives on one thread.
class HlsViewer {
public:
    /// `target`: path and query of the master playlist. `report` is the thread's, and outlives the viewer.
    HlsViewer(const Executor& executor, Server server, std::string target, Report& report);

    /// Until the stream ends, or the program does.
    Async<> run();

    Playback& playback() { return playback_; }

private:
    /// A media playlist that is followed.
    struct Track {
        std::string target;  // path and query
        std::string map;     // the one that was fetched
        std::optional<std::uint64_t> next;
        bool is_timed = false;  // fills the buffer that is played
    };

    Async<std::optional<Answer>> fetch(std::string base, std::string reference);
    Async<bool> open();
    Async<std::optional<MediaPlaylist>> load(const Track& track);
    Async<> take(Track& track, const MediaPlaylist& playlist);
    Async<> take_segment(Track& track, const Segment& segment);
    Async<> pause(Milliseconds time);
    void choose_rendition();

    Executor executor_;
    std::string authority_;
    Connection connection_;
    std::string master_;
    Report& report_;
    Playback playback_;
    std::vector<Variant> variants_;
    std::size_t variant_ = 0;
    Track video_;
    Track audio_;
    double throughput_ = 0;  // bits per second, a moving average
};

/// The path and query that `reference` leads to from `base`, both on one server. Errc::unsupported when it
/// leads to another one, Errc::malformed.
Result<std::string> resolve_target(
    std::string_view authority, std::string_view base, std::string_view reference
);

}  // namespace tally::load
