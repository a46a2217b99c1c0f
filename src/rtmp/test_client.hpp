// A client for the tests of sessions and fan-outs: blocking calls with a deadline, over a real socket.
#pragma once

#include "net/listener.hpp"
#include "rtmp/chunk_reader.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/handshake.hpp"

#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>

namespace tally::rtmp {

class TestClient {
public:
    /// `receive_buffer` in bytes; 0 leaves the system's.
    explicit TestClient(std::uint16_t port, int receive_buffer = 0) {
        socket_.open(asio::ip::tcp::v4());
        if (receive_buffer > 0) socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer));
        socket_.connect({asio::ip::address_v4::loopback(), port});
    }

    void connect() {
        ClientHandshake handshake;
        Bytes output;
        handshake.start(output);
        write(output);
        for (bool complete = false; !complete;) {
            REQUIRE(receive());
            output.clear();
            complete = handshake.feed(input_, output).value();
        }
        write(output);
        command({"connect", 1, amf0::Object{{"app", "live"}}});
    }

    void command(std::initializer_list<amf0::Value> values) {
        send(ChunkStream::command, make_command(0, values));
    }

    void send(ChunkStream chunk_stream, const Message& message) {
        Bytes bytes;
        write_chunks(bytes, chunk_stream, message, 128);
        write(bytes);
    }

    void write(ByteView bytes) {
        boost::system::error_code ignored;  // a server that has closed shows when reading
        asio::write(socket_, asio::buffer(bytes.data(), bytes.size()), ignored);
    }

    /// The next message; empty once the server has closed the connection. Fails the test after 5 s.
    std::optional<Message> next() {
        for (;;) {
            if (auto message = reader_.next(input_).value()) return message;
            if (!receive()) return {};
        }
    }

    /// The next message of this type; others are skipped.
    Message next(MessageType type) {
        for (;;) {
            auto message = next();
            REQUIRE(message);
            if (message->type == type) return std::move(*message);
        }
    }

    /// The code of the next onStatus.
    std::string next_status() {
        for (;;) {
            const auto command = parse_command(next(MessageType::command_amf0)).value();
            if (command.name == "onStatus") return std::string(command.arguments.at(0).find("code")->text());
        }
    }

    bool closed_by_server() {
        while (next()) {
        }
        return true;
    }

    void close() { socket_.close(); }

private:
    /// False once the server has closed.
    bool receive() {
        std::optional<boost::system::error_code> outcome;
        socket_.async_read_some(
            asio::buffer(buffer_),
            [&](boost::system::error_code error, std::size_t size) {
                outcome = error;
                input_ = ByteView(buffer_).first(size);
            }
        );
        context_->restart();
        context_->run_for(std::chrono::seconds(5));
        REQUIRE_MESSAGE(outcome, "the server sent nothing for 5 s");
        return !*outcome;
    }

    std::unique_ptr<asio::io_context> context_ = std::make_unique<asio::io_context>(1);
    net::Socket socket_{context_->get_executor()};
    Bytes buffer_ = Bytes(64 * 1024);
    ByteView input_;
    ChunkReader reader_{{.message = 8 * 1024 * 1024, .buffered = 8 * 1024 * 1024}};
};

}  // namespace tally::rtmp
