#include "rtmp/probe.hpp"

#include "net/signal.hpp"
#include "rtmp/chunk_reader.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/handshake.hpp"

#include <boost/asio/write.hpp>

#include <memory>

namespace tally::rtmp {
namespace {

constexpr std::string_view stream_name = "connection-test";
constexpr std::size_t default_chunk_size = 128;
constexpr std::size_t most_read = 64 * 1024;       // a greeting takes less than 4 KiB
constexpr Milliseconds release_answer_limit{500};  // servers that do not know releaseStream stay silent

class ProbeClient : public std::enable_shared_from_this<ProbeClient> {
public:
    explicit ProbeClient(const Executor& executor) : socket_(executor), timer_(executor) {}

    /// Whatever is waited for fails with Errc::timed_out from then on.
    void set_deadline(net::Timer::time_point deadline) {
        timer_.expires_at(deadline);
        timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
            if (error || self->timer_.expiry() > net::Timer::clock_type::now()) return;
            self->timed_out_ = true;
            self->close();
        });
    }

    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        timer_.cancel();
    }

    Task<> connect(net::Endpoint endpoint);
    Task<> shake_hands();
    /// The server's answer to `connect`; Errc::refused when it is no.
    Task<> greet(const ProbeTarget& target);
    Task<> release();

private:
    Task<> send(const Message& message);
    Task<> write(Bytes bytes);
    Task<> read();
    Task<Command> answer_to(double transaction);
    Error failure(const boost::system::error_code& code, std::string_view what) const;

    net::Socket socket_;
    net::Timer timer_;
    bool timed_out_ = false;
    Bytes buffer_ = Bytes(4096);
    ByteView input_;  // of buffer_, not yet parsed
    std::size_t received_ = 0;
    ChunkReader reader_{{.message = most_read, .buffered = most_read, .chunk_streams = 8}};
};

Task<> ProbeClient::connect(net::Endpoint endpoint) {
    const auto [error] = co_await socket_.async_connect(endpoint, as_result);
    if (error) co_return std::unexpected(failure(error, "connect"));
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    co_return Result<>();
}

Task<> ProbeClient::shake_hands() {
    ClientHandshake handshake;
    Bytes output;
    handshake.start(output);
    for (bool complete = false; !complete;) {
        if (auto sent = co_await write(std::exchange(output, {})); !sent) co_return sent;
        if (auto more = co_await read(); !more) co_return more;
        CO_TRY(complete, handshake.feed(input_, output));
    }
    co_return co_await write(std::move(output));
}

Task<> ProbeClient::greet(const ProbeTarget& target) {
    constexpr double transaction = 1;
    const amf0::Object properties{
        {"app", target.app},
        {"type", "nonprivate"},
        {"flashVer", "FMLE/3.0 (compatible; Tally)"},
        {"tcUrl", fmt::format("rtmp://{}:{}/{}", target.host, target.endpoint.port(), target.app)},
    };
    if (auto sent = co_await send(make_command(0, {"connect", transaction, properties})); !sent)
        co_return sent;
    CO_TRY(const auto answer, co_await answer_to(transaction));
    if (answer.name == "_error") co_return fail(Errc::refused, "the server refused the connection");
    co_return Result<>();
}

/// Answered with an error or not at all is as good: few servers know the command.
Task<> ProbeClient::release() {
    constexpr double transaction = 2;
    const auto release = make_command(0, {"releaseStream", transaction, amf0::Null{}, stream_name});
    if (auto sent = co_await send(release); !sent) co_return sent;
    set_deadline(std::min(timer_.expiry(), net::Timer::clock_type::now() + release_answer_limit));
    const auto answer = co_await answer_to(transaction);
    if (!answer && answer.error().code != Errc::timed_out) co_return std::unexpected(answer.error());
    co_return Result<>();
}

Task<> ProbeClient::send(const Message& message) {
    Bytes bytes;
    write_chunks(bytes, ChunkStream::command, message, default_chunk_size);
    co_return co_await write(std::move(bytes));
}

Task<> ProbeClient::write(Bytes bytes) {
    const auto [error, size] = co_await asio::async_write(socket_, asio::buffer(bytes), as_result);
    if (error) co_return std::unexpected(failure(error, "write"));
    co_return Result<>();
}

/// Once input_ is used up.
Task<> ProbeClient::read() {
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(buffer_), as_result);
    if (error) co_return std::unexpected(failure(error, "read"));
    received_ += size;
    if (received_ > most_read) co_return fail(Errc::too_large, "rtmp: the server sends too much");
    input_ = ByteView(buffer_).first(size);
    co_return Result<>();
}

Task<Command> ProbeClient::answer_to(double transaction) {
    for (;;) {
        CO_TRY(auto message, reader_.next(input_));
        if (!message) {
            if (auto more = co_await read(); !more) co_return std::unexpected(more.error());
            continue;
        }
        const bool is_command =
            message->type == MessageType::command_amf0 || message->type == MessageType::command_amf3;
        if (!is_command) continue;
        CO_TRY(auto command, parse_command(*message));
        const bool is_answer = command.name == "_result" || command.name == "_error";
        if (is_answer && command.transaction == transaction) co_return command;
    }
}

Error ProbeClient::failure(const boost::system::error_code& code, std::string_view what) const {
    if (timed_out_) return {Errc::timed_out, fmt::format("{}: no answer in time", what)};
    return io_error(code, what);
}

}  // namespace

Async<ProbeReport> probe(ProbeTarget target, Milliseconds budget, const Clock& clock) {
    using Step = ProbeReport::Step;
    const Executor executor = co_await asio::this_coro::executor;
    const auto client = std::make_shared<ProbeClient>(executor);
    client->set_deadline(net::Timer::clock_type::now() + budget);

    ProbeReport report;
    auto begun = clock.monotonic();
    const auto note = [&](Step step, const Result<>& outcome) {
        const auto now = clock.monotonic();
        report.steps.push_back({step, now - std::exchange(begun, now)});
        if (!outcome) report.error = outcome.error();
        return outcome.has_value();
    };
    if (note(Step::connect, co_await client->connect(target.endpoint)) &&
        note(Step::handshake, co_await client->shake_hands())) {
        auto greeted = co_await client->greet(target);
        if (greeted) greeted = co_await client->release();
        note(Step::publish_probe, greeted);
    }
    client->close();
    co_return report;
}

}  // namespace tally::rtmp
