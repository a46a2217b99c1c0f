// Publishes what the packager makes as the live output: windows of segments, playlists, manifest.
#pragma once

#include "package/live_window.hpp"
#include "package/output.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace tally::package {

/// On the stream's home thread. The first snapshot is out once every rendition has a segment; then one for
/// every segment.
class LiveOutput final : public OutputSink {
public:
    struct Options {
        media::Ticks listed = std::chrono::seconds(20);  // in playlists; never less than 3 target durations
        std::string clock_url = "/time";                 // DASH: answers the time of day as ISO 8601 text
    };

    /// `seams`: discontinuities that the stream had before.
    LiveOutput(std::shared_ptr<Output> output, Options options, std::uint64_t seams)
        : output_(std::move(output)),
          options_(std::move(options)),
          seams_(seams) {}

    /// Seconds; known before the first segment ends.
    void set_target_duration(unsigned seconds) { target_duration_ = seconds; }

    void on_init(const Rendition& rendition, const Init& init) override;
    void on_fragment(const Rendition& rendition, const Fragment& fragment) override;
    void on_segment_end(const Rendition& rendition, std::uint64_t segment) override;
    void on_end() override;

private:
    struct Track {
        LiveWindow window;
        std::shared_ptr<const RenditionSnapshot> snapshot;
    };

    /// A DASH period: from a seam to the next.
    struct Period {
        std::uint64_t first_segment = 0;
        media::Ticks media{};   // PTS where it starts
        Milliseconds offset{};  // of its start on the wall clock's line from the media time

        Milliseconds start() const { return std::chrono::floor<Milliseconds>(media) + offset; }
    };

    Track& track_of(const Rendition& rendition);
    const LiveWindow* other_than(const LiveWindow& window) const;
    void note_period(const LiveWindow& window, const Fragment& fragment);
    void publish(bool ended);
    void forget_periods();
    hls::MasterPlaylist master() const;
    dash::Manifest manifest(bool ended) const;
    dash::Period dash_period(std::size_t index) const;

    std::shared_ptr<Output> output_;
    Options options_;
    std::uint64_t seams_;
    unsigned target_duration_ = 0;
    std::map<std::string, Track, std::less<>> tracks_;
    std::deque<Period> periods_;
    Time availability_start_;
};

}  // namespace tally::package
