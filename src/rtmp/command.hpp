// Commands and data in AMF0 (specification 7.1.1, 7.1.2), and the control messages of 5.4 and 7.1.7.
#pragma once

#include "container/amf0.hpp"
#include "rtmp/message.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tally::rtmp {

namespace amf0 = container::amf0;

struct Command {
    std::string name;
    double transaction = 0;  // 0: no answer is expected
    amf0::Value object;
    std::vector<amf0::Value> arguments;  // after the command object
};

/// Of a message of type 20, or 17, where one byte stands before the AMF0 values.
Result<Command> parse_command(const Message& message);

/// The values of "onMetaData", bare or within "@setDataFrame"; empty for any other data message.
std::optional<amf0::Value> parse_metadata(const Message& message);

Message make_command(std::uint32_t stream, std::initializer_list<amf0::Value> values);
Message make_data(std::uint32_t stream, std::uint32_t timestamp, std::initializer_list<amf0::Value> values);
/// onStatus; `level` is "status" or "error".
Message make_status(
    std::uint32_t stream, std::string_view level, std::string_view code, std::string_view description
);

Message make_set_chunk_size(std::uint32_t size);
Message make_acknowledgement(std::uint32_t bytes);
Message make_window_acknowledgement_size(std::uint32_t bytes);
Message make_set_peer_bandwidth(std::uint32_t bytes);
Message make_stream_begin(std::uint32_t stream);

}  // namespace tally::rtmp
