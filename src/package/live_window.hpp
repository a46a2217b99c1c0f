// The newest segments of one rendition, and what playlists say of them.
#pragma once

#include "package/dash.hpp"
#include "package/hls.hpp"
#include "package/output.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace tally::package {

/// Playlists list the newest stretch; the bytes stay for as long again, for players that hold an old playlist
/// (RFC 8216bis 6.2.2).
class LiveWindow {
public:
    /// `listed`: how much media playlists show, at least. `seams`: those before the first segment.
    LiveWindow(media::Ticks listed, std::uint64_t seams) : listed_(listed), evicted_seams_(seams) {}

    void add_init(const Rendition& rendition, const Init& init);
    void add_fragment(const Rendition& rendition, const Fragment& fragment);
    /// Without fragments the segment is a gap, which takes after the same segment in `like`, if there is one.
    void end_segment(std::uint64_t number, const LiveWindow* like, unsigned target_duration);

    const Rendition& rendition() const { return rendition_; }

    bool empty() const { return segments_.empty(); }

    const Segment& newest() const { return *segments_.back(); }

    const hls::Bitrate& bitrate() const { return bitrate_; }

    /// Of video in its newest format; 0 while unknown.
    double fps() const;

    std::span<const SegmentPtr> listed() const;
    bool independent() const;
    media::Ticks ticks(std::uint64_t duration) const;

    hls::MediaPlaylist playlist(unsigned target_duration, bool ended) const;
    /// Of the listed segments with first <= number < end; no segments: none is listed.
    dash::Representation representation(std::uint64_t first, std::uint64_t end, media::Ticks offset) const;
    std::shared_ptr<const RenditionSnapshot> snapshot(unsigned target_duration, bool ended) const;

private:
    SegmentPtr finish_segment(std::uint64_t number);
    SegmentPtr make_gap(std::uint64_t number, const LiveWindow* like, unsigned target_duration) const;
    /// Since the stream began, also those that have left the window.
    std::uint64_t seams_before(std::uint64_t number) const;

    /// Of a segment that is complete, or as far as it has grown.
    struct Outline {
        media::Ticks duration{};
        bool discontinuity = false;
    };

    std::optional<Outline> outline(std::uint64_t number) const;
    void measure(const Segment& segment, std::size_t samples, unsigned target_duration);
    void evict(unsigned target_duration);

    media::Ticks listed_;
    Rendition rendition_;
    std::map<std::uint32_t, Init> inits_;
    std::vector<Fragment> growing_;
    std::vector<SegmentPtr> segments_;
    std::size_t unlisted_ = 0;  // at the front of segments_
    std::uint64_t evicted_seams_;
    hls::Bitrate bitrate_;
    std::uint64_t total_bytes_ = 0;
    std::uint64_t total_duration_ = 0;
    std::uint64_t format_samples_ = 0;  // since the newest init
    std::uint64_t format_duration_ = 0;
};

}  // namespace tally::package
