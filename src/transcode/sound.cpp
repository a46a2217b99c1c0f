#include "transcode/sound.hpp"

#include "transcode/decoder.hpp"
#include "transcode/loudness.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <algorithm>
#include <cmath>
#include <span>

namespace tally::transcode {
namespace {

constexpr std::size_t largest_frame = 64 * 1024;
/// Coding bends the flat tops of what was cut off at 1.
constexpr float full_scale = 0.98F;
constexpr double quietest_db = -120;

struct Channel {
    KWeighting weighting;
    double squares = 0;
    double weighted_squares = 0;
    std::size_t samples = 0;
    std::size_t clipped = 0;

    void hear(float sample, bool prepared) {
        const float weighted = weighting.filter(sample);
        if (!prepared) return;
        squares += static_cast<double>(sample) * sample;
        weighted_squares += static_cast<double>(weighted) * weighted;
        clipped += std::abs(sample) >= full_scale ? 1 : 0;
        ++samples;
    }
};

/// BS.1770-4 table 3, in AAC's order of six channels: the effects do not count, and what is behind counts
/// more.
double weight(std::size_t channel, std::size_t channels) {
    if (channels < 5) return 1;
    if (channels > 5 && channel == 3) return 0;
    return channel < 3 ? 1 : 1.41;
}

class Ear {
public:
    Result<> hear(const AVFrame& frame, bool prepared) {
        if (frame.format != AV_SAMPLE_FMT_FLTP) return fail(Errc::unsupported, "sound: sample format");
        const auto count = static_cast<std::size_t>(frame.ch_layout.nb_channels);
        const auto rate = static_cast<std::uint32_t>(frame.sample_rate);
        if (channels_.empty()) channels_.assign(count, Channel{.weighting = KWeighting(rate)});
        if (channels_.size() != count) return fail(Errc::malformed, "sound: another number of channels");
        for (std::size_t i = 0; i < count; ++i) {
            const auto* samples = reinterpret_cast<const float*>(frame.extended_data[i]);
            for (const auto sample : std::span(samples, static_cast<std::size_t>(frame.nb_samples)))
                channels_[i].hear(sample, prepared);
        }
        return {};
    }

    Result<Sound> sound() const {
        Sound sound;
        double squares = 0;
        double clipped = 0;
        double samples = 0;
        for (std::size_t i = 0; i < channels_.size(); ++i) {
            const auto& channel = channels_[i];
            const auto heard = static_cast<double>(channel.samples);
            squares += channel.squares;
            clipped += static_cast<double>(channel.clipped);
            samples += heard;
            if (heard > 0) sound.loudness += weight(i, channels_.size()) * channel.weighted_squares / heard;
        }
        if (samples == 0) return fail(Errc::malformed, "sound: there is none in it");
        sound.level_db = std::max(10 * std::log10(squares / samples), quietest_db);
        sound.clipped = clipped / samples;
        return sound;
    }

private:
    std::vector<Channel> channels_;
};

Result<> send(AVCodecContext& decoder, const Bytes& payload) {
    if (payload.size() > largest_frame) return fail(Errc::too_large, "sound: a frame is too large");
    TRY(const auto packet, packet_of(payload));
    if (const int code = avcodec_send_packet(&decoder, packet.get()); code < 0)
        return std::unexpected(libav_error(code, "sound: decode"));
    return {};
}

}  // namespace

Result<Sound> listen_to(const std::vector<media::FramePtr>& frames) {
    if (frames.empty()) return fail(Errc::malformed, "sound: no frames");
    const auto& format = frames.front()->format;
    const auto* audio = format ? std::get_if<codec::AudioFormat>(format.get()) : nullptr;
    if (!audio || audio->codec != codec::Codec::aac)
        return fail(Errc::unsupported, "sound: only AAC is decoded");
    TRY(const auto decoder, open_decoder(Decodes::aac, audio->configuration));
    const auto decoded = make_frame();
    Ear ear;
    std::size_t count = 0;
    for (const auto& frame : frames) {
        if (auto sent = send(*decoder, frame->payload); !sent) return std::unexpected(sent.error());
        while (avcodec_receive_frame(decoder.get(), decoded.get()) >= 0) {
            const bool prepared = count++ >= preparing_frames;
            if (auto heard = ear.hear(*decoded, prepared); !heard) return std::unexpected(heard.error());
        }
    }
    return ear.sound();
}

}  // namespace tally::transcode
