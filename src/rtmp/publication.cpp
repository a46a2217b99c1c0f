#include "rtmp/publication.hpp"

#include "codec/aac.hpp"
#include "codec/h264.hpp"
#include "container/flv.hpp"
#include "media/stream.hpp"

namespace tally::rtmp {
namespace {

namespace flv = container::flv;

/// `body` is the end of the message's payload: leaves only that, without a copy of its own.
Bytes keep_body(Bytes payload, ByteView body) {
    payload.erase(payload.begin(), payload.end() - static_cast<std::ptrdiff_t>(body.size()));
    return payload;
}

}  // namespace

Result<void> Publication::take(Message message, Instant arrived) {
    const auto kind = message.type == MessageType::video ? media::Kind::video : media::Kind::audio;
    auto outcome = kind == media::Kind::video ? take_video(std::move(message), arrived)
                                              : take_audio(std::move(message), arrived);
    // Too short for its own header: nothing to decode, and no reason to end a broadcast.
    if (!outcome && outcome.error().code == Errc::truncated) return {};
    if (!outcome) publisher_->refuse(kind, outcome.error().code != Errc::unsupported);
    return outcome;
}

Result<void> Publication::take_video(Message message, Instant arrived) {
    TRY(const auto tag, flv::parse_video(message.payload));
    if (tag.packet == flv::PacketType::sequence_header) {
        TRY(auto format, codec::parse_avc_configuration(tag.body));
        publisher_->set_format(media::Kind::video, std::move(format));
        return {};
    }
    if (tag.packet != flv::PacketType::frames || tag.body.empty()) return {};
    const Milliseconds dts(clock_.unwrap(message.timestamp));
    publisher_->push({
        .kind = media::Kind::video,
        .keyframe = tag.keyframe,
        .dts = dts,
        .pts = dts + Milliseconds(tag.composition_time),
        .arrived = arrived,
        .payload = keep_body(std::move(message.payload), tag.body),
    });
    return {};
}

Result<void> Publication::take_audio(Message message, Instant arrived) {
    TRY(const auto tag, flv::parse_audio(message.payload));
    if (tag.packet == flv::PacketType::sequence_header) {
        TRY(auto format, codec::parse_audio_specific_config(tag.body));
        publisher_->set_format(media::Kind::audio, std::move(format));
        return {};
    }
    if (tag.body.empty()) return {};
    const Milliseconds dts(clock_.unwrap(message.timestamp));
    publisher_->push({
        .kind = media::Kind::audio,
        .keyframe = true,
        .dts = dts,
        .pts = dts,
        .arrived = arrived,
        .payload = keep_body(std::move(message.payload), tag.body),
    });
    return {};
}

}  // namespace tally::rtmp
