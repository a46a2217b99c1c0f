#include "rtmp/probe.hpp"

#include "net/runtime.hpp"
#include "net/spawn.hpp"
#include "rtmp/chunk_writer.hpp"
#include "rtmp/command.hpp"
#include "rtmp/handshake.hpp"
#include "rtmp/server.hpp"

#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

namespace tally::rtmp {
namespace {

using Step = ProbeReport::Step;

/// Fails the test when anybody publishes or plays.
class Untouched : public Access {
public:
    Task<std::unique_ptr<media::Publisher>> publish(StreamRequest) override {
        FAIL_CHECK("a probe published");
        co_return fail(Errc::refused, "nobody publishes");
    }

    Task<std::shared_ptr<media::Stream>> play(StreamRequest) override {
        FAIL_CHECK("a probe played");
        co_return fail(Errc::not_found, "nothing plays");
    }
};

/// Runs until the report is there.
ProbeReport run_probe(asio::io_context& context, std::uint16_t port, Milliseconds budget) {
    std::optional<ProbeReport> report;
    const auto ask = [&]() -> Async<> {
        const net::Endpoint endpoint(asio::ip::address_v4::loopback(), port);
        report = co_await probe({endpoint, "live", "localhost"}, budget, system_clock());
    };
    net::spawn(context.get_executor(), "probe", ask());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!report && std::chrono::steady_clock::now() < deadline)
        context.run_one_for(std::chrono::seconds(1));
    return report.value();
}

/// A server that does what a test says with the one connection it takes.
class Peer {
public:
    using Behaviour = std::function<Async<>(net::Socket&)>;

    explicit Peer(Behaviour behaviour)
        : behaviour_(std::move(behaviour)),
          listener_(net::Listener::open(
                        {context_.get_executor()},
                        "127.0.0.1",
                        0,
                        [this](net::Socket socket) {
                            socket_ = std::make_unique<net::Socket>(std::move(socket));
                            net::spawn(context_.get_executor(), "peer", behaviour_(*socket_));
                        }
          ).value()) {}

    ProbeReport probe(Milliseconds budget = std::chrono::seconds(5)) {
        return run_probe(context_, listener_.port(), budget);
    }

private:
    asio::io_context context_{1};
    Behaviour behaviour_;
    std::unique_ptr<net::Socket> socket_;
    net::Listener listener_;
};

Async<> send(net::Socket& socket, Bytes bytes) {
    co_await asio::async_write(socket, asio::buffer(bytes), as_result);
}

/// Gives up the connection's handshake once complete; chunks that follow are not read.
Async<> shake_hands(net::Socket& socket) {
    ServerHandshake handshake;
    Bytes buffer(4096);
    for (bool complete = false; !complete;) {
        const auto [error, size] = co_await socket.async_read_some(asio::buffer(buffer), as_result);
        auto input = ByteView(buffer).first(size);
        Bytes output;
        complete = handshake.feed(input, output).value();
        co_await send(socket, std::move(output));
    }
}

Bytes chunks_of(const Message& message) {
    Bytes bytes;
    write_chunks(bytes, ChunkStream::command, message, 128);
    return bytes;
}

std::vector<Step> steps_of(const ProbeReport& report) {
    std::vector<Step> steps;
    steps.reserve(report.steps.size());
    for (const auto& timing : report.steps)
        steps.push_back(timing.step);
    return steps;
}

}  // namespace

TEST_CASE("a probe of our own server goes through all steps and publishes nothing") {
    asio::io_context context{1};
    Untouched access;
    auto server = Server::open({context.get_executor()}, {.port = 0}, access, system_clock());
    REQUIRE(server);
    const auto report = run_probe(context, server->port(), std::chrono::seconds(5));
    CHECK_FALSE(report.error);
    CHECK(steps_of(report) == std::vector{Step::connect, Step::handshake, Step::publish_probe});
    CHECK(report.steps[1].took > Instant::duration::zero());
    while (server->connections() > 0)
        REQUIRE(context.run_one_for(std::chrono::seconds(5)) == 1);
    server->close();
    context.run();
}

TEST_CASE("a port where nobody listens is refused in the first step") {
    asio::io_context context{1};
    net::Acceptor unused(context.get_executor(), {asio::ip::address_v4::loopback(), 0});
    const auto port = unused.local_endpoint().port();
    unused.close();
    const auto report = run_probe(context, port, std::chrono::seconds(5));
    CHECK(steps_of(report) == std::vector{Step::connect});
    REQUIRE(report.error);
    CHECK(report.error->code == Errc::refused);
}

TEST_CASE("a server that never answers costs no more than the budget") {
    Peer silent([](net::Socket&) -> Async<> { co_return; });
    const auto report = silent.probe(Milliseconds(50));
    CHECK(steps_of(report) == std::vector{Step::connect, Step::handshake});
    REQUIRE(report.error);
    CHECK(report.error->code == Errc::timed_out);
}

TEST_CASE("a server that closes, or speaks another protocol, fails the handshake") {
    Peer closing([](net::Socket& socket) -> Async<> {
        socket.close();
        co_return;
    });
    CHECK(steps_of(closing.probe()) == std::vector{Step::connect, Step::handshake});

    Peer web([](net::Socket& socket) -> Async<> {
        const auto text = bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n");
        co_await send(socket, Bytes(text.begin(), text.end()));
    });
    const auto report = web.probe();
    CHECK(steps_of(report) == std::vector{Step::connect, Step::handshake});
    REQUIRE(report.error);
    CHECK(report.error->code == Errc::unsupported);
}

TEST_CASE("a server that says no to connect has refused") {
    Peer strict([](net::Socket& socket) -> Async<> {
        co_await shake_hands(socket);
        co_await send(socket, chunks_of(make_command(0, {"_error", 1, amf0::Null{}, amf0::Object{}})));
    });
    const auto report = strict.probe();
    CHECK(report.steps.size() == 3);
    REQUIRE(report.error);
    CHECK(report.error->code == Errc::refused);
}

TEST_CASE("a server that does not answer releaseStream takes encoders all the same") {
    Peer terse([](net::Socket& socket) -> Async<> {
        co_await shake_hands(socket);
        co_await send(socket, chunks_of(make_command(0, {"_result", 1, amf0::Null{}, amf0::Null{}})));
    });
    const auto report = terse.probe();
    CHECK_FALSE(report.error);
    CHECK(report.steps.size() == 3);
}

TEST_CASE("a server that talks on and on without answering is left") {
    Peer babbler([](net::Socket& socket) -> Async<> {
        co_await shake_hands(socket);
        Bytes noise;
        for (int i = 0; i < 8000; ++i) {
            const auto more = chunks_of(make_stream_begin(1));
            noise.insert(noise.end(), more.begin(), more.end());
        }
        co_await send(socket, std::move(noise));
    });
    const auto report = babbler.probe();
    REQUIRE(report.error);
    CHECK(report.error->code == Errc::too_large);
}

}  // namespace tally::rtmp
