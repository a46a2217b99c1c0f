// A synthetic encoder in front of a packager, and a sink that keeps what comes out: for this module's tests.
#pragma once

#include "package/packager.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace tally::package::fixtures {

using namespace std::chrono_literals;
using media::Kind;
using media::Ticks;

inline media::FormatPtr video_format(std::uint32_t height = 720) {
    return std::make_shared<const codec::Format>(codec::VideoFormat{
        .width = height * 16 / 9,
        .height = height,
        .codecs = "avc1.64001f",
        .configuration = {1, 100, 0, 31},
    });
}

inline media::FormatPtr audio_format(std::uint32_t rate = 48'000, std::uint32_t channels = 2) {
    return std::make_shared<const codec::Format>(codec::AudioFormat{
        .sample_rate = rate,
        .channels = channels,
        .codecs = "mp4a.40.2",
        .configuration = {0x11, 0x90},
    });
}

struct Collector final : OutputSink {
    struct Track {
        Rendition rendition;
        std::vector<Init> inits;
        std::vector<Fragment> fragments;
        std::vector<std::uint64_t> ended;  // segments, in order

        double seconds(std::uint64_t duration) const {
            return static_cast<double>(duration) / rendition.timescale;
        }

        std::size_t samples() const {
            std::size_t count = 0;
            for (const auto& fragment : fragments)
                count += fragment.samples.size();
            return count;
        }

        std::vector<Fragment> first_parts() const {
            std::vector<Fragment> first;
            std::ranges::copy_if(fragments, std::back_inserter(first), [](const auto& f) {
                return f.part == 0;
            });
            return first;
        }

        /// Where a fragment does not start at the end of the one before.
        std::size_t holes() const {
            std::size_t count = 0;
            for (std::size_t i = 1; i < fragments.size(); ++i)
                if (fragments[i].decode_time != fragments[i - 1].decode_time + fragments[i - 1].duration)
                    ++count;
            return count;
        }
    };

    std::map<std::string, Track> tracks;
    int ends = 0;

    void on_init(const Rendition& rendition, const Init& init) override {
        tracks[rendition.name].rendition = rendition;
        tracks[rendition.name].inits.push_back(init);
    }

    void on_fragment(const Rendition& rendition, const Fragment& fragment) override {
        tracks[rendition.name].fragments.push_back(fragment);
    }

    void on_segment_end(const Rendition& rendition, std::uint64_t segment) override {
        tracks[rendition.name].ended.push_back(segment);
    }

    void on_end() override { ++ends; }
};

/// An encoder whose timestamps are rounded to milliseconds, as RTMP has them.
struct Encoder {
    media::FormatPtr video = video_format();
    media::FormatPtr audio = audio_format();
    double fps = 30;
    int gop = 60;               // frames
    Milliseconds reordering{};  // PTS - DTS of every frame
    Time started{1'700'000'000s};
    Milliseconds muted_from{};
    Milliseconds muted_to{};

    std::shared_ptr<Output> output = std::make_shared<Output>();
    std::shared_ptr<Collector> sink = std::make_shared<Collector>();
    std::unique_ptr<Packager> packager = start({});

    std::unique_ptr<Packager> start(const Resume& resume, PackagerOptions options = {}) const {
        return std::make_unique<Packager>(output, std::move(options), resume, OutputSinks{sink});
    }

    void push(Kind kind, Milliseconds dts, bool keyframe, bool seam = false) {
        const auto is_video = kind == Kind::video;
        if (!is_video && dts >= muted_from && dts < muted_to) return;
        packager->on_frame(std::make_shared<const media::Frame>(media::Frame{
            .kind = kind,
            .keyframe = keyframe,
            .discontinuity = seam,
            .dts = dts,
            .pts = dts + (is_video ? reordering : 0ms),
            .format = is_video ? video : audio,
            .captured = started + dts,
            .arrived = {},
            .payload = Bytes(is_video ? 2000 : 200, 7),
        }));
    }

    /// Both tracks interleaved over [from, to), a keyframe first; tracks whose format is null stay out, audio
    /// also while it is muted.
    void run(Milliseconds from, Milliseconds to, bool seam = false) {
        const auto rate = audio ? std::get<codec::AudioFormat>(*audio).sample_rate : 1;
        int frames = 0;
        int packets = 0;
        const auto at = [&](double seconds) {
            return from + Milliseconds(static_cast<std::int64_t>(seconds * 1000));
        };
        const auto next_video = [&] { return video ? at(frames / fps) : to; };
        const auto next_audio = [&] { return audio ? at(packets * 1024.0 / rate) : to; };
        while (next_video() < to || next_audio() < to) {
            if (next_video() <= next_audio()) {
                push(Kind::video, next_video(), frames % gop == 0, seam && frames == 0);
                ++frames;
            } else {
                push(Kind::audio, next_audio(), true, seam && packets == 0);
                ++packets;
            }
        }
    }

    const Collector::Track& track(const std::string& name) const { return sink->tracks.at(name); }

    std::string playlist(const std::string& rendition) const {
        return std::string(text_of(*output->snapshot()->renditions.at(rendition)->playlist.text));
    }

    std::string master() const { return std::string(text_of(*output->snapshot()->master.text)); }

    std::string manifest() const { return std::string(text_of(*output->snapshot()->manifest.text)); }
};

}  // namespace tally::package::fixtures
