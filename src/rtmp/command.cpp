#include "rtmp/command.hpp"

#include <utility>

namespace tally::rtmp {
namespace {

Message control(MessageType type, ByteWriter& payload) {
    return {.type = type, .payload = payload.take()};
}

Message control(MessageType type, std::uint32_t value) {
    ByteWriter payload;
    payload.u32(value);
    return control(type, payload);
}

}  // namespace

Result<Command> parse_command(const Message& message) {
    ByteView bytes(message.payload);
    if (message.type == MessageType::command_amf3 && !bytes.empty()) bytes = bytes.subspan(1);
    TRY(auto values, amf0::decode(bytes));
    if (values.size() < 2 || values[0].text().empty())
        return fail(Errc::malformed, "rtmp: a command without name and transaction id");
    Command command{
        .name = std::string(values[0].text()),
        .transaction = values[1].number_or(0),
        .object = {},
        .arguments = {}
    };
    if (values.size() > 2) command.object = std::move(values[2]);
    if (values.size() > 3)
        command.arguments.assign(
            std::make_move_iterator(values.begin() + 3), std::make_move_iterator(values.end())
        );
    return command;
}

std::optional<amf0::Value> parse_metadata(const Message& message) {
    const auto values = amf0::decode(message.payload);
    if (!values) return {};  // codec headers tell what matters
    const std::size_t name = !values->empty() && values->front().text() == "@setDataFrame" ? 1 : 0;
    if (values->size() < name + 2 || values->at(name).text() != "onMetaData") return {};
    return values->at(name + 1);
}

Message make_command(std::uint32_t stream, std::initializer_list<amf0::Value> values) {
    return {.type = MessageType::command_amf0, .stream = stream, .payload = amf0::encode(values)};
}

Message make_data(std::uint32_t stream, std::uint32_t timestamp, std::initializer_list<amf0::Value> values) {
    return {
        .type = MessageType::data_amf0,
        .timestamp = timestamp,
        .stream = stream,
        .payload = amf0::encode(values)
    };
}

Message make_status(
    std::uint32_t stream, std::string_view level, std::string_view code, std::string_view description
) {
    const amf0::Object info{{"level", level}, {"code", code}, {"description", description}};
    return make_command(stream, {"onStatus", 0, amf0::Null{}, info});
}

Message make_set_chunk_size(std::uint32_t size) {
    return control(MessageType::set_chunk_size, size);
}

Message make_acknowledgement(std::uint32_t bytes) {
    return control(MessageType::acknowledgement, bytes);
}

Message make_window_acknowledgement_size(std::uint32_t bytes) {
    return control(MessageType::window_acknowledgement_size, bytes);
}

Message make_set_peer_bandwidth(std::uint32_t bytes) {
    constexpr std::uint8_t dynamic = 2;
    ByteWriter payload;
    payload.u32(bytes);
    payload.u8(dynamic);
    return control(MessageType::set_peer_bandwidth, payload);
}

Message make_stream_begin(std::uint32_t stream) {
    constexpr std::uint16_t stream_begin = 0;
    ByteWriter payload;
    payload.u16(stream_begin);
    payload.u32(stream);
    return control(MessageType::user_control, payload);
}

}  // namespace tally::rtmp
