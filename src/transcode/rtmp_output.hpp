// A publishing connection of libav's own RTMP client, with every wait bounded.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <memory>
#include <stop_token>
#include <string>

struct AVCodecContext;
struct AVFormatContext;
struct AVPacket;

namespace tally::transcode {

/// Once `stop` is requested, what is under way ends within half a second.
class RtmpOutput {
public:
    explicit RtmpOutput(std::stop_token stop);
    /// Says goodbye when connected.
    ~RtmpOutput();
    RtmpOutput(const RtmpOutput&) = delete;
    RtmpOutput& operator=(const RtmpOutput&) = delete;

    /// Streams get the indexes of their order here.
    Result<> connect(const std::string& url, const AVCodecContext& video, const AVCodecContext& audio);

    /// `packet`'s times are in `time_base_of`'s time base; its data is taken.
    Result<> write(AVPacket& packet, const AVCodecContext& time_base_of);

private:
    static int interrupted(void* self);
    void allow(Milliseconds time);
    Result<> add_stream(const AVCodecContext& encoder);

    std::stop_token stop_;
    Instant deadline_;
    Instant stop_deadline_ = Instant::max();
    AVFormatContext* context_ = nullptr;
    bool connected_ = false;
};

}  // namespace tally::transcode
