#include "net/listener.hpp"

#include <doctest/doctest.h>

namespace tally::net {

TEST_CASE("a port in use is an error that names it, although threads share ports") {
    asio::io_context context;
    const std::vector executors{context.get_executor(), context.get_executor()};
    const auto first = Listener::open(executors, "127.0.0.1", 0, [](const Socket&) {});
    REQUIRE(first);
    const auto second = Listener::open(executors, "127.0.0.1", first->port(), [](const Socket&) {});
    REQUIRE_FALSE(second);
    CHECK(second.error().context.contains(std::to_string(first->port())));
    CHECK(second.error().context.contains("127.0.0.1"));
}

TEST_CASE("what is not an address is refused") {
    asio::io_context context;
    const auto opened = Listener::open({context.get_executor()}, "localhost", 0, [](const Socket&) {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Errc::malformed);
}

TEST_CASE("a listener hands over connections until it is closed") {
    asio::io_context context;
    int accepted = 0;
    std::string peer;
    auto listener = Listener::open({context.get_executor()}, "127.0.0.1", 0, [&](const Socket& socket) {
        ++accepted;
        peer = peer_name(socket);
    });
    REQUIRE(listener);
    const asio::ip::tcp::endpoint address(asio::ip::make_address("127.0.0.1"), listener->port());
    asio::ip::tcp::socket client(context);
    client.connect(address);
    const auto name = fmt::format("127.0.0.1:{}", client.local_endpoint().port());
    while (accepted == 0)
        context.run_one_for(std::chrono::seconds(5));
    CHECK(peer == name);

    listener->close();
    context.run_for(std::chrono::seconds(5));  // returns at once: nothing is waited for any more
    boost::system::error_code error;
    asio::ip::tcp::socket late(context);
    late.connect(address, error);
    CHECK(error == asio::error::connection_refused);
}

TEST_CASE("a closed port can be opened again at once") {
    asio::io_context context;
    auto first = Listener::open({context.get_executor()}, "127.0.0.1", 0, [](const Socket&) {});
    REQUIRE(first);
    first->close();
    context.run_for(std::chrono::seconds(5));
    CHECK(Listener::open({context.get_executor()}, "127.0.0.1", first->port(), [](const Socket&) {}));
}

}  // namespace tally::net
