// The demo's picture and sound, encoded: H.264 with a closed GOP of 2 s, and AAC.
#pragma once

#include "base/result.hpp"
#include "transcode/demo_picture.hpp"
#include "transcode/demo_tone.hpp"
#include "transcode/libav.hpp"

#include <cstdint>
#include <functional>

namespace tally::transcode {

class DemoEncoder {
public:
    /// Takes one packet of the stream with this index; its times are in the encoder's time base.
    using Sink = std::function<Result<>(AVPacket& packet)>;
    static constexpr int video_stream = 0;
    static constexpr int audio_stream = 1;

    static Result<DemoEncoder> open();

    const AVCodecContext& video() const { return *video_; }

    const AVCodecContext& audio() const { return *audio_; }

    /// Before the first picture, which will be that of `frame` thirtieths of a second since the Unix epoch.
    void start_at(std::int64_t frame) { first_frame_ = frame; }

    /// The next picture, and the sound up to its end.
    Result<> encode_next(const Sink& sink);

    /// Pictures encoded so far.
    std::int64_t frames() const { return frames_; }

private:
    DemoEncoder(DemoPicture picture, CodecContext video, CodecContext audio);

    Result<> encode_block(const Sink& sink);

    DemoPicture picture_;
    DemoTone tone_;
    CodecContext video_;
    CodecContext audio_;
    std::int64_t first_frame_ = 0;
    std::int64_t frames_ = 0;
    std::int64_t samples_ = 0;  // encoded so far, per channel
};

}  // namespace tally::transcode
