// The server's side of an RTMP connection without I/O: bytes in, events and bytes out.
#pragma once

#include "base/result.hpp"
#include "rtmp/access.hpp"
#include "rtmp/chunk_reader.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/handshake.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tally::rtmp {

inline constexpr std::uint32_t sent_chunk_size = 60'000;
/// The one message stream that a connection may have.
inline constexpr std::uint32_t media_stream = 1;

/// The client wants to publish: answer with accept_publish() or refuse_publish().
struct PublishAsked {
    StreamRequest request;  // without the peer
};

/// The client wants to play: answer with accept_play() or refuse_play().
struct PlayAsked {
    StreamRequest request;  // without the peer
};

/// The encoder's onMetaData.
struct Metadata {
    amf0::Value values;
};

/// The client ended its stream on purpose.
struct Goodbye {};

/// A Message is audio or video of the publish in progress.
using Event = std::variant<PublishAsked, PlayAsked, Message, Metadata, Goodbye>;

class ServerConnection {
public:
    ServerConnection() : reader_(limits_before_media) {}

    /// Takes bytes from `input` until there is an event; empty when `input` is used up before that. Output
    /// may be due in either case. After an error the connection is of no more use.
    Result<std::optional<Event>> next(ByteView& input);

    /// What is to be sent, in order.
    Bytes take_output() { return std::exchange(output_, {}); }

    void accept_publish();
    void refuse_publish(std::string_view code, std::string_view description);
    /// The server ends the publish; `description` tells the encoder why.
    void end_publish(std::string_view description);
    /// From here on the output is the player's: the rest of the input is read with take_reader().
    void accept_play();
    void refuse_play(std::string_view description);

    ChunkReader take_reader() { return std::move(reader_); }

private:
    enum class Activity : unsigned char { none, asked, publishing };

    struct Handler {
        std::string_view command;
        std::optional<Event> (ServerConnection::*handle)(const Command&);
    };

    static constexpr ChunkReader::Limits limits_before_media{.message = 64 * 1024, .buffered = 128 * 1024};
    static constexpr ChunkReader::Limits limits_of_media{
        .message = 8 * 1024 * 1024, .buffered = 16 * 1024 * 1024
    };
    static const std::array<Handler, 11> handlers;

    Result<std::optional<Event>> parse(ByteView& input);
    Result<std::optional<Event>> on_message(Message message);
    Result<std::optional<Event>> on_command(const Message& message);
    std::optional<Event> on_connect(const Command& command);
    std::optional<Event> on_create_stream(const Command& command);
    std::optional<Event> on_publish(const Command& command);
    std::optional<Event> on_play(const Command& command);
    std::optional<Event> on_goodbye(const Command& command);
    std::optional<Event> on_harmless(const Command& command);
    std::optional<Event> on_stream_length(const Command& command);
    std::optional<StreamRequest> requested_stream(const Command& command) const;

    void send(ChunkStream chunk_stream, const Message& message);
    void send_status(std::string_view level, std::string_view code, std::string_view description);
    void answer(const Command& command, amf0::Value object, amf0::Value value);
    void acknowledge();

    std::optional<ServerHandshake> handshake_{std::in_place};
    ChunkReader reader_;
    std::size_t written_chunk_size_ = 128;
    Bytes output_;
    bool connected_ = false;
    Activity activity_ = Activity::none;
    StreamRequest app_;  // what connect told: the app and its parameters
    std::uint64_t received_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint32_t acknowledgement_window_ = 2'500'000;
};

}  // namespace tally::rtmp
