// For tests: a recorder's surroundings, and media whose every byte is known.
#pragma once

#include "base/testing.hpp"
#include "container/mp4.hpp"
#include "package/output.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tally::record::test {

inline Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_file(const std::filesystem::path& path, ByteView bytes) {
    std::ofstream(path, std::ios::binary)
        .write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
}

/// The bytes of the sample at `decode_time`.
inline Bytes sample_bytes(media::Kind kind, std::uint64_t decode_time, std::uint32_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(decode_time / 512 + i + (kind == media::Kind::audio ? 128 : 0));
    return bytes;
}

/// One rendition as a packager makes it: a second a segment, half a second a part.
class RenditionFeed {
public:
    RenditionFeed(
        package::OutputSink& sink, std::string name, codec::Format format, std::uint32_t sample_size = 20
    )
        : sink_(sink),
          sample_size_(sample_size) {
        rendition_.name = std::move(name);
        if (const auto* audio = std::get_if<codec::AudioFormat>(&format)) {
            rendition_.kind = media::Kind::audio;
            rendition_.timescale = audio->sample_rate;
            sample_duration_ = audio->samples_per_frame;
        }
        set_format(std::move(format));
    }

    void set_format(codec::Format format) {
        rendition_.format = std::make_shared<const codec::Format>(std::move(format));
        const container::mp4::Track track{
            .id = 1, .timescale = rendition_.timescale, .format = *rendition_.format
        };
        const auto bytes = std::make_shared<const Bytes>(container::mp4::init_segment(track));
        sink_.on_init(rendition_, {.number = next_init_++, .format = rendition_.format, .bytes = bytes});
    }

    /// As with B-frames: every sample is shown so much after it is decoded.
    void set_composition_offset(std::int32_t offset) { composition_offset_ = offset; }

    void continue_at(std::uint64_t segment, std::uint32_t init, std::uint64_t decode_time) {
        segment_ = segment;
        next_init_ = init;
        decode_time_ = decode_time;
        segment_start_ = decode_time;
        set_format(*rendition_.format);
    }

    /// A segment that the recorder never hears of.
    void skip_segment() {
        ++segment_;
        while (media::Ticks::period::den * (decode_time_ - segment_start_) / rendition_.timescale < 90'000)
            decode_time_ += sample_duration_;
        segment_start_ = decode_time_;
    }

    void add_segment(bool seam = false) {
        seam_ = seam;
        add_part(0, 45'000);
        add_part(1, 90'000);
        sink_.on_segment_end(rendition_, segment_++);
        segment_start_ = decode_time_;
    }

    /// One part, up to `end` in 1/90 000 s from its segment's start.
    void add_part(std::uint32_t part, std::uint64_t end) {
        package::Fragment fragment;
        fragment.segment = segment_;
        fragment.part = part;
        fragment.init = next_init_ - 1;
        fragment.discontinuity = part == 0 && seam_;
        fragment.independent = part == 0 || rendition_.kind == media::Kind::audio;
        fragment.decode_time = decode_time_;
        fragment.captured = Time(Milliseconds(decode_time_ * 1000 / rendition_.timescale));
        std::vector<Bytes> payloads;
        while ((decode_time_ - segment_start_) * 90'000 / rendition_.timescale < end) {
            const auto size = sample_size_ + static_cast<std::uint32_t>(decode_time_ / sample_duration_ % 7);
            const bool sync = payloads.empty() && fragment.independent;
            fragment.samples.push_back(
                {.size = size,
                 .duration = sample_duration_,
                 .composition_offset = composition_offset_,
                 .sync = sync}
            );
            payloads.push_back(sample_bytes(rendition_.kind, decode_time_, size));
            decode_time_ += sample_duration_;
        }
        fragment.duration = decode_time_ - fragment.decode_time;
        container::mp4::Fragment written{
            .track = 1,
            .sequence = sequence_++,
            .decode_time = fragment.decode_time,
            .samples = fragment.samples
        };
        const std::vector<ByteView> views(payloads.begin(), payloads.end());
        fragment.bytes = std::make_shared<const Bytes>(container::mp4::write_fragment(written, views));
        fragment.mdat_payload = static_cast<std::uint32_t>(written.payload);
        sink_.on_fragment(rendition_, fragment);
    }

private:
    package::OutputSink& sink_;
    std::uint32_t sample_size_;
    package::Rendition rendition_;
    std::uint32_t sample_duration_ = 3000;  // 30 frames a second
    std::int32_t composition_offset_ = 0;
    bool seam_ = false;  // before the segment
    std::uint32_t next_init_ = 0;
    std::uint32_t sequence_ = 1;
    std::uint64_t segment_ = 0;
    std::uint64_t segment_start_ = 0;
    std::uint64_t decode_time_ = 0;
};

inline codec::VideoFormat video_format(std::uint32_t height = 720) {
    return {
        .codec = codec::Codec::h264,
        .width = height * 16 / 9,
        .height = height,
        .codecs = "avc1.64001f",
        .configuration = {1, 0x64, 0, 0x1f, 0xff, 0xe0, 0}
    };
}

inline codec::AudioFormat audio_format() {
    return {
        .codec = codec::Codec::aac,
        .sample_rate = 48'000,
        .channels = 2,
        .samples_per_frame = 1024,
        .codecs = "mp4a.40.2",
        .configuration = {0x11, 0x90}
    };
}

}  // namespace tally::record::test
