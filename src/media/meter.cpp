#include "media/meter.hpp"

#include <algorithm>
#include <cmath>

namespace tally::media {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t summary_seconds = 10;
constexpr double ticks_per_ms = 90;

std::uint32_t kbps(std::uint64_t bytes, std::size_t seconds) {
    return static_cast<std::uint32_t>(bytes * 8 / 1000 / seconds);
}

}  // namespace

void Meter::start(Instant now) {
    second_end_ = now + 1s;
    ++second_.sessions;
    attached_.store(true, std::memory_order_relaxed);
    video_pace_.dts.reset();
    audio_pace_.dts.reset();
    keyframe_.reset();
    b_run_ = 0;
}

void Meter::Pace::count(const Frame& frame, TrackSecond& second) {
    ++second.frames;
    second.bytes += frame.payload.size();
    if (dts && !frame.discontinuity) {
        const auto step = frame.dts - *dts;
        const auto media = static_cast<double>(step.count());
        const auto arrival = std::chrono::duration<double, Ticks::period>(frame.arrived - arrived).count();
        second.media += step;
        if (interval == 0) {
            interval = media;
            second.media += step;  // the very first frame lasts as long as the next
        }
        if (media > 1.5 * interval)
            second.missing += static_cast<std::uint32_t>(std::lround(media / interval)) - 1;
        // api.md A7
        jitter += (std::abs(arrival - media) / interval - jitter) / 16;
        interval += (std::min(media, 2 * interval) - interval) / 32;
    } else {
        second.media += Ticks(std::llround(interval));
    }
    dts = frame.dts;
    arrived = frame.arrived;
}

/// What the order of decoding and of showing tells of the encoder.
void Meter::count_order(const Frame& frame) {
    if (frame.keyframe) {
        keyframe_pts_ = frame.pts;
        furthest_pts_ = frame.pts;
        b_run_ = 0;
        return;
    }
    if (frame.pts < keyframe_pts_) {
        ++second_.leading;
    } else if (frame.pts < furthest_pts_) {
        second_.b_frames = std::max(second_.b_frames, ++b_run_);
    } else {
        furthest_pts_ = frame.pts;
        b_run_ = 0;
    }
}

void Meter::follow(FormatPtr& known, const FormatPtr& format) {
    if (known == format) return;
    if (known) ++second_.changes;
    known = format;
}

void Meter::count(const Frame& frame) {
    roll(frame.arrived);
    if (frame.kind == Kind::audio) {
        audio_pace_.count(frame, second_.audio);
        follow(audio_format_, frame.format);
        if (video_pace_.dts) second_.av_offset += (frame.dts - *video_pace_.dts - second_.av_offset) / 16;
        return;
    }
    video_pace_.count(frame, second_.video);
    follow(video_format_, frame.format);
    count_order(frame);
    if (!frame.keyframe) return;
    ++second_.keyframes;
    if (keyframe_ && !frame.discontinuity) second_.keyframe_interval = frame.dts - *keyframe_;
    keyframe_ = frame.dts;
}

void Meter::roll(Instant now) {
    if (now - second_end_ > std::chrono::seconds(history_seconds)) second_end_ = now;
    for (; now >= second_end_; second_end_ += 1s)
        close_second();
}

void Meter::close_second() {
    const auto& pace = video_pace_.dts ? video_pace_ : audio_pace_;
    second_.at = clock_.now();
    second_.jitter = pace.jitter;
    second_.jitter_ms = pace.jitter * pace.interval / ticks_per_ms;
    second_.late = late_.exchange(0, std::memory_order_relaxed);
    missing_frames_ += second_.video.missing;

    history_[second_.number % history_seconds].store(
        std::make_shared<const Second>(second_), std::memory_order_release
    );
    closed_.store(second_.number + 1, std::memory_order_release);
    measured_.store(std::make_shared<const Measured>(summary()), std::memory_order_release);

    Second next;
    next.number = second_.number + 1;
    next.sessions = second_.sessions;
    next.rtt = second_.rtt;
    next.keyframe_interval = second_.keyframe_interval;
    next.av_offset = second_.av_offset;
    second_ = next;
}

Measured Meter::summary() const {
    Measured measured;
    measured.last = second_;
    measured.missing_frames = missing_frames_;
    const auto seconds = history(summary_seconds);
    TrackSecond video;
    std::uint64_t audio_bytes = 0;
    for (const auto& second : seconds) {
        video.frames += second->video.frames;
        video.bytes += second->video.bytes;
        video.media += second->video.media;
        audio_bytes += second->audio.bytes;
    }
    if (video_format_) {
        const auto& format = std::get<codec::VideoFormat>(*video_format_);
        const auto span = std::chrono::duration<double>(video.media).count();
        measured.video = Measured::Video{
            .width = format.width,
            .height = format.height,
            .fps = span > 0 ? video.frames / span : 0,
            .kbps = kbps(video.bytes, seconds.size()),
            .codecs = format.codecs,
        };
    }
    if (audio_format_) {
        const auto& format = std::get<codec::AudioFormat>(*audio_format_);
        measured.audio = Measured::Audio{
            .sample_rate = format.sample_rate,
            .channels = format.channels,
            .kbps = kbps(audio_bytes, seconds.size()),
            .codecs = format.codecs,
        };
    }
    return measured;
}

std::vector<std::shared_ptr<const Second>> Meter::history(std::size_t limit) const {
    const auto end = closed_.load(std::memory_order_acquire);
    const auto count = std::min<std::uint64_t>({end, limit, history_seconds});
    std::vector<std::shared_ptr<const Second>> seconds;
    seconds.reserve(count);
    for (auto number = end - count; number < end; ++number) {
        auto second = history_[number % history_seconds].load(std::memory_order_acquire);
        // The oldest may have been overwritten meanwhile.
        if (second && second->number == number) seconds.push_back(std::move(second));
    }
    return seconds;
}

}  // namespace tally::media
