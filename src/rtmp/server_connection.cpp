#include "rtmp/server_connection.hpp"

#include <algorithm>

namespace tally::rtmp {
namespace {

constexpr std::uint32_t window_size = 2'500'000;

/// Splits "name?a=1&b" and appends the parameters; the name is what is left.
std::string split_query(std::string_view text, std::vector<std::pair<std::string, std::string>>& parameters) {
    const auto mark = text.find('?');
    const auto name = text.substr(0, mark);
    while (text.size() > name.size()) {
        const auto start = text.find_last_of("?&") + 1;
        const auto pair = text.substr(start);
        const auto equals = pair.find('=');
        if (!pair.empty())
            parameters.emplace_back(
                pair.substr(0, equals), equals == std::string_view::npos ? "" : pair.substr(equals + 1)
            );
        text = text.substr(0, start - 1);
    }
    return std::string(name);
}

}  // namespace

std::string_view StreamRequest::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find(parameters, name, [](const auto& entry) { return std::string_view(entry.first); });
    return found == parameters.end() ? std::string_view() : found->second;
}

const std::array<ServerConnection::Handler, 11> ServerConnection::handlers{{
    {"connect", &ServerConnection::on_connect},
    {"createStream", &ServerConnection::on_create_stream},
    {"publish", &ServerConnection::on_publish},
    {"play", &ServerConnection::on_play},
    {"FCUnpublish", &ServerConnection::on_goodbye},
    {"deleteStream", &ServerConnection::on_goodbye},
    {"closeStream", &ServerConnection::on_goodbye},
    {"releaseStream", &ServerConnection::on_harmless},
    {"FCPublish", &ServerConnection::on_harmless},
    {"_checkbw", &ServerConnection::on_harmless},
    {"getStreamLength", &ServerConnection::on_stream_length},
}};

Result<std::optional<Event>> ServerConnection::next(ByteView& input) {
    const auto size = input.size();
    auto event = parse(input);
    received_ += size - input.size();
    if (input.empty()) acknowledge();
    return event;
}

Result<std::optional<Event>> ServerConnection::parse(ByteView& input) {
    if (handshake_) {
        TRY(const bool complete, handshake_->feed(input, output_));
        if (!complete) return std::nullopt;
        handshake_.reset();
    }
    for (;;) {
        TRY(auto message, reader_.next(input));
        if (!message) return std::nullopt;
        TRY(auto event, on_message(std::move(*message)));
        if (event) return event;
    }
}

Result<std::optional<Event>> ServerConnection::on_message(Message message) {
    const bool publishing = activity_ == Activity::publishing;
    switch (message.type) {
        case MessageType::command_amf0:
        case MessageType::command_amf3:
            return on_command(message);
        case MessageType::audio:
        case MessageType::video:
            if (publishing) return Event(std::move(message));
            return std::nullopt;
        case MessageType::data_amf0:
            if (auto metadata = parse_metadata(message); metadata && publishing)
                return Event(Metadata{std::move(*metadata)});
            return std::nullopt;
        case MessageType::window_acknowledgement_size:
            acknowledgement_window_ = ByteReader(message.payload).u32();
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

Result<std::optional<Event>> ServerConnection::on_command(const Message& message) {
    TRY(const auto command, parse_command(message));
    if (!connected_ && command.name != "connect")
        return fail(Errc::malformed, "rtmp: the first command is not connect");
    const auto* const handler = std::ranges::find(handlers, command.name, &Handler::command);
    if (handler != handlers.end()) return (this->*handler->handle)(command);
    if (command.transaction != 0) {
        const amf0::Object info{
            {"level", "error"}, {"code", "NetConnection.Call.Failed"}, {"description", "unknown command"}
        };
        send(ChunkStream::command, make_command(0, {"_error", command.transaction, amf0::Null{}, info}));
    }
    return std::nullopt;
}

std::optional<Event> ServerConnection::on_connect(const Command& command) {
    const auto* app = command.object.find("app");
    app_ = {};
    app_.app = split_query(app ? app->text() : "", app_.parameters);
    while (app_.app.ends_with('/'))
        app_.app.pop_back();
    connected_ = true;

    send(ChunkStream::control, make_window_acknowledgement_size(window_size));
    send(ChunkStream::control, make_set_peer_bandwidth(window_size));
    send(ChunkStream::control, make_set_chunk_size(sent_chunk_size));
    written_chunk_size_ = sent_chunk_size;
    answer(
        command,
        amf0::Object{{"fmsVer", "FMS/3,5,7,7009"}, {"capabilities", 31}},
        amf0::Object{
            {"level", "status"},
            {"code", "NetConnection.Connect.Success"},
            {"description", "Connection succeeded."},
            {"objectEncoding", 0},
        }
    );
    return {};
}

std::optional<Event> ServerConnection::on_create_stream(const Command& command) {
    answer(command, amf0::Null{}, media_stream);
    return {};
}

std::optional<Event> ServerConnection::on_publish(const Command& command) {
    auto request = requested_stream(command);
    if (!request) {
        send_status(
            "error", "NetStream.Publish.BadName", "This connection is in use, or the stream has no name."
        );
        return {};
    }
    activity_ = Activity::asked;
    return PublishAsked{std::move(*request)};
}

std::optional<Event> ServerConnection::on_play(const Command& command) {
    auto request = requested_stream(command);
    if (!request) {
        send_status(
            "error", "NetStream.Play.Failed", "This connection is in use, or the stream has no name."
        );
        return {};
    }
    activity_ = Activity::asked;
    return PlayAsked{std::move(*request)};
}

/// Empty when the command names no stream, or the connection has one already.
std::optional<StreamRequest> ServerConnection::requested_stream(const Command& command) const {
    if (activity_ != Activity::none || command.arguments.empty()) return {};
    auto request = app_;
    request.stream = split_query(command.arguments.front().text(), request.parameters);
    if (request.stream.empty()) return {};
    return request;
}

std::optional<Event> ServerConnection::on_goodbye(const Command& command) {
    answer(command, amf0::Null{}, amf0::Null{});
    if (std::exchange(activity_, Activity::none) != Activity::publishing) return {};
    reader_.set_limits(limits_before_media);
    return Goodbye{};
}

/// releaseStream, FCPublish and _checkbw change nothing here: only publish takes a stream.
std::optional<Event> ServerConnection::on_harmless(const Command& command) {
    answer(command, amf0::Null{}, amf0::Null{});
    return {};
}

std::optional<Event> ServerConnection::on_stream_length(const Command& command) {
    answer(command, amf0::Null{}, 0);  // live: no length
    return {};
}

void ServerConnection::accept_publish() {
    activity_ = Activity::publishing;
    reader_.set_limits(limits_of_media);
    send(ChunkStream::control, make_stream_begin(media_stream));
    send_status("status", "NetStream.Publish.Start", "Publishing.");
}

void ServerConnection::refuse_publish(std::string_view code, std::string_view description) {
    activity_ = Activity::none;
    send_status("error", code, description);
}

void ServerConnection::end_publish(std::string_view description) {
    activity_ = Activity::none;
    send_status("error", "NetStream.Publish.Failed", description);
}

void ServerConnection::accept_play() {
    send(ChunkStream::control, make_stream_begin(media_stream));
    send_status("status", "NetStream.Play.Reset", "Resetting.");
    send_status("status", "NetStream.Play.Start", "Playing.");
}

void ServerConnection::refuse_play(std::string_view description) {
    activity_ = Activity::none;
    send_status("error", "NetStream.Play.StreamNotFound", description);
}

void ServerConnection::send(ChunkStream chunk_stream, const Message& message) {
    write_chunks(output_, chunk_stream, message, written_chunk_size_);
}

void ServerConnection::send_status(
    std::string_view level, std::string_view code, std::string_view description
) {
    send(ChunkStream::media_command, make_status(media_stream, level, code, description));
}

void ServerConnection::answer(const Command& command, amf0::Value object, amf0::Value value) {
    if (command.transaction == 0) return;
    send(
        ChunkStream::command,
        make_command(0, {"_result", command.transaction, std::move(object), std::move(value)})
    );
}

/// Once per read at most, however small a window the peer asks for.
void ServerConnection::acknowledge() {
    if (received_ - acknowledged_ < acknowledgement_window_) return;
    acknowledged_ = received_;
    send(ChunkStream::control, make_acknowledgement(static_cast<std::uint32_t>(received_)));
}

}  // namespace tally::rtmp
