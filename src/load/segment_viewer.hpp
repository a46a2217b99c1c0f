// What HLS and DASH viewers have in common: segments fetched in order, a rendition chosen by what the network
// gives, and reports.
#pragma once

#include "load/playlist.hpp"
#include "load/reporter.hpp"
#include "load/viewer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace tally::load {

class SegmentViewer : public Viewer {
public:
    Async<> leave() override;

    Playback& playback() override { return playback_; }

protected:
    /// A media playlist that is followed.
    struct Track {
        std::string target;  // path and query: what its URIs are relative to
        std::string map;     // the one that was fetched
        std::optional<std::uint64_t> next;
        bool is_timed = false;  // fills the buffer that is played
    };

    /// `format` as reports name it.
    SegmentViewer(Seat seat, Reporter::Format format);

    /// What `reference` in the document at `base` leads to, or nothing: then an error was counted.
    Async<std::optional<Answer>> fetch(std::string base, std::string reference);
    /// Everything of the playlist that was not fetched yet; the first time, what lies at most `behind`
    /// seconds from its end.
    Async<> take(Track& track, const MediaPlaylist& playlist, double behind);
    Async<> pause(Milliseconds time) const;
    /// Waits for `reload`, or longer while there is enough to play.
    Async<> rest(Milliseconds reload);

    /// What can be chosen from, least bandwidth first. `named`: an address with the player's name in it.
    void offer(std::vector<Variant> variants, const std::string& named);
    /// Gives true when another rendition is to be played from now on.
    bool choose();

    const Variant& chosen() const { return variants_[chosen_]; }

    /// The absolute target of a reference within `base`; "" for one that leads elsewhere.
    std::string follow(const std::string& base, const std::string& reference) const;

    static constexpr Milliseconds after_failure{1000};

    Seat seat_;
    Playback playback_;
    Track video_;
    Track audio_;

private:
    Async<> take_segment(Track& track, const Segment& segment);

    Reporter::Format format_;
    Connection connection_;
    std::vector<Variant> variants_;
    std::size_t chosen_ = 0;
    double throughput_ = 0;  // bits per second, a moving average
    std::optional<Reporter> reporter_;
};

/// The path and query that `reference` leads to from `base`, both on one server. Errc::unsupported when it
/// leads to another one, Errc::malformed.
Result<std::string> resolve_target(
    std::string_view authority, std::string_view base, std::string_view reference
);

/// Where a player joins a stream that goes on: the number of the first segment that is not more than `behind`
/// seconds from the end. The playlist has segments.
std::uint64_t joining_segment(const MediaPlaylist& playlist, double behind);

}  // namespace tally::load
