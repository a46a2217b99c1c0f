// What a stream knows of itself: measured once a second, kept for ten minutes, read from any thread.
#pragma once

#include "base/clock.hpp"
#include "media/frame.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::media {

/// One second of one track.
struct TrackSecond {
    std::uint32_t frames = 0;
    std::uint32_t missing = 0;  // frames that a gap in the timestamps tells of
    std::uint64_t bytes = 0;
    Ticks media{};  // how far DTS advanced
};

struct Second {
    std::uint64_t number = 0;  // seconds measured before this one
    Time at;                   // its end
    TrackSecond video;
    TrackSecond audio;
    std::uint32_t sessions = 0;  // encoders that attached so far, with the one that feeds
    std::uint32_t keyframes = 0;
    std::uint32_t b_frames = 0;  // the longest run of frames shown before one that was decoded earlier
    std::uint32_t leading = 0;   // frames behind a keyframe that are shown before it: the GOP is open
    std::uint32_t changes = 0;   // of a track's format
    std::uint32_t jumps = 0;     // of the source's clock
    std::uint32_t refused = 0;   // frames over a bound, or that nothing can decode
    std::uint32_t late = 0;      // frames that left late, or were skipped for a slow reader
    double jitter = 0;           // api.md A7: in frame intervals
    double jitter_ms = 0;
    std::chrono::microseconds rtt{};
    Ticks keyframe_interval{};  // between the last two keyframes; 0 before there are two
    Ticks av_offset{};          // how far audio runs ahead of video on arrival
};

/// What went wrong with encoders, since the stream began.
struct Incidents {
    std::uint32_t refused_video = 0;  // sent a codec that cannot be carried, and was disconnected
    std::uint32_t refused_audio = 0;
    std::uint32_t damaged = 0;  // sent what breaks its format, and was disconnected
    std::uint32_t rivals = 0;   // wanted to feed the stream while another did
};

/// The last ten seconds (at first fewer) in one view.
struct Measured {
    struct Video {
        std::uint32_t width = 0;
        std::uint32_t height = 0;
        double fps = 0;
        std::uint32_t kbps = 0;
        std::string codecs;
    };

    struct Audio {
        std::uint32_t sample_rate = 0;
        std::uint32_t channels = 0;
        std::uint32_t kbps = 0;
        std::string codecs;
    };

    std::optional<Video> video;
    std::optional<Audio> audio;
    Second last;
    std::uint64_t missing_frames = 0;  // of video, since the stream began
};

class Meter {
public:
    static constexpr std::size_t history_seconds = 600;

    explicit Meter(const Clock& clock) : clock_(clock) {}

    // On the stream's home thread:

    /// A source attached: seconds are counted from `now` on.
    void start(Instant now);

    /// The source left: no seconds are counted until the next.
    void stop(bool goodbye) {
        said_goodbye_.store(goodbye, std::memory_order_relaxed);
        attached_.store(false, std::memory_order_relaxed);
    }

    void count(const Frame& frame);

    void count_jump() { ++second_.jumps; }

    void count_refused() { ++second_.refused; }

    void set_rtt(std::chrono::microseconds rtt) { second_.rtt = rtt; }

    /// Closes every second that has passed by `now`.
    void roll(Instant now);

    // From any thread:

    void count_refused_encoder(Kind kind) {
        incidents_[kind == Kind::video ? 0 : 1].fetch_add(1, std::memory_order_relaxed);
    }

    void count_damaged_encoder() { incidents_[2].fetch_add(1, std::memory_order_relaxed); }

    void count_rival() { incidents_[3].fetch_add(1, std::memory_order_relaxed); }

    Incidents incidents() const {
        return {
            .refused_video = incidents_[0].load(std::memory_order_relaxed),
            .refused_audio = incidents_[1].load(std::memory_order_relaxed),
            .damaged = incidents_[2].load(std::memory_order_relaxed),
            .rivals = incidents_[3].load(std::memory_order_relaxed),
        };
    }

    /// Of the source that left last.
    bool said_goodbye() const { return said_goodbye_.load(std::memory_order_relaxed); }

    /// Readers report what they could not send in time.
    void count_late(std::uint32_t frames) { late_.fetch_add(frames, std::memory_order_relaxed); }

    /// Whether a source feeds the stream.
    bool attached() const { return attached_.load(std::memory_order_relaxed); }

    /// Null until the first second has passed.
    std::shared_ptr<const Measured> measured() const { return measured_.load(std::memory_order_acquire); }

    /// At most `limit` seconds, oldest first.
    std::vector<std::shared_ptr<const Second>> history(std::size_t limit = history_seconds) const;

private:
    /// The regularity of one track.
    struct Pace {
        std::optional<Ticks> dts;
        Instant arrived;
        double interval = 0;  // nominal, in ticks
        double jitter = 0;    // in intervals

        void count(const Frame& frame, TrackSecond& second);
    };

    void count_order(const Frame& frame);
    void follow(FormatPtr& known, const FormatPtr& format);
    void close_second();
    Measured summary() const;

    const Clock& clock_;
    Second second_;  // the one being counted
    Instant second_end_;
    Pace video_pace_;
    Pace audio_pace_;
    FormatPtr video_format_;
    FormatPtr audio_format_;
    std::optional<Ticks> keyframe_;
    Ticks keyframe_pts_{};
    Ticks furthest_pts_{};     // of the video so far
    std::uint32_t b_run_ = 0;  // frames in a row that are shown before the furthest
    std::uint64_t missing_frames_ = 0;

    std::atomic<bool> attached_ = false;
    std::atomic<bool> said_goodbye_ = false;
    std::array<std::atomic<std::uint32_t>, 4> incidents_{};  // in the order of Incidents
    std::atomic<std::uint32_t> late_ = 0;
    std::atomic<std::uint64_t> closed_ = 0;  // seconds in the history, ever
    std::array<std::atomic<std::shared_ptr<const Second>>, history_seconds> history_;
    std::atomic<std::shared_ptr<const Measured>> measured_;
};

}  // namespace tally::media
