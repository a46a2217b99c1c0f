// An RTMP message, whole: what chunks carry (specification 5.3, 5.4 and 7.1).
#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace tally::rtmp {

enum class MessageType : std::uint8_t {
    set_chunk_size = 1,
    abort = 2,
    acknowledgement = 3,
    user_control = 4,
    window_acknowledgement_size = 5,
    set_peer_bandwidth = 6,
    audio = 8,
    video = 9,
    command_amf3 = 17,
    data_amf0 = 18,
    command_amf0 = 20,
};

struct Message {
    MessageType type{};
    std::uint32_t timestamp = 0;  // milliseconds, wraps after 49.7 days
    std::uint32_t stream = 0;     // message stream id; 0 is the connection itself
    Bytes payload;
};

}  // namespace tally::rtmp
