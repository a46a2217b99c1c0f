// An encoder's messages as frames and formats of a media stream.
#pragma once

#include "base/result.hpp"
#include "media/publisher.hpp"
#include "rtmp/message.hpp"

#include <memory>
#include <optional>

namespace tally::rtmp {

/// 32-bit milliseconds that wrap every 49.7 days (specification 4) as a clock that does not.
class TimestampUnwrapper {
public:
    /// Audio and video interleave: a timestamp may lie a little before the one ahead of it.
    std::int64_t unwrap(std::uint32_t timestamp) {
        if (last_)
            *last_ += static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(*last_));
        else
            last_ = timestamp;
        return *last_;
    }

private:
    std::optional<std::int64_t> last_;
};

class Publication {
public:
    explicit Publication(std::unique_ptr<media::Publisher> publisher) : publisher_(std::move(publisher)) {}

    /// An audio or video message that came at `arrived`. Errc::unsupported names what cannot be carried.
    Result<void> take(Message message, Instant arrived);

    media::Publisher& publisher() { return *publisher_; }

private:
    Result<void> take_video(Message message, Instant arrived);
    Result<void> take_audio(Message message, Instant arrived);

    std::unique_ptr<media::Publisher> publisher_;
    TimestampUnwrapper clock_;
};

}  // namespace tally::rtmp
