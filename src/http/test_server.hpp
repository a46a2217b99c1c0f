// For tests: a server on a free port with a thread of its own, and a client that speaks bytes.
#pragma once

#include "http/server.hpp"
#include "net/runtime.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>
#include <sys/time.h>

#include <charconv>
#include <string>
#include <thread>

namespace tally::http::test {

class TestServer {
public:
    explicit TestServer(std::shared_ptr<const Router> router, Limits limits = {}) {
        auto opened = Server::open(runtime_.executors(), "127.0.0.1", 0, std::move(router), disk_, limits);
        REQUIRE(opened);
        server_ = *std::move(opened);
        thread_ = std::thread([this] { runtime_.run(); });
    }

    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    ~TestServer() {
        server_.reset();
        runtime_.stop();
        thread_.join();
    }

    Server& server() { return *server_; }

private:
    net::Runtime runtime_{1};  // outlives the workers that answer to it
    WorkerPool disk_{"disk", 1, 16};
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

struct Reply {
    unsigned status = 0;
    std::string head;
    std::string body;

    /// The value of a header; empty when absent.
    std::string header(const std::string& name) const {
        const auto start = head.find("\r\n" + name + ": ");
        if (start == head.npos) return {};
        const auto from = start + name.size() + 4;
        return head.substr(from, head.find("\r\n", from) - from);
    }
};

/// Blocks, for five seconds at most.
class RawClient {
public:
    explicit RawClient(const TestServer& server)
        : RawClient(const_cast<TestServer&>(server).server().port()) {}

    explicit RawClient(std::uint16_t port) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        const timeval deadline{.tv_sec = 5, .tv_usec = 0};
        setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    }

    asio::ip::tcp::socket& socket() { return socket_; }

    /// False when the server has hung up.
    bool send(std::string_view text) {
        boost::system::error_code error;
        asio::write(socket_, asio::buffer(text), error);
        return !error;
    }

    /// One reply; `to_head` when it answers HEAD. Status 0: the server hung up or stayed silent.
    Reply read(bool to_head = false) {
        Reply reply;
        const auto end = fill_until([&] { return received_.find("\r\n\r\n"); });
        if (end == std::string::npos) return reply;
        reply.head = take(end + 4);
        const auto* digits = reply.head.data() + std::string_view("HTTP/1.1 ").size();
        std::from_chars(digits, digits + 3, reply.status);
        if (to_head || reply.status == 204 || reply.status == 304 || reply.status < 200) return reply;
        if (reply.header("Transfer-Encoding") == "chunked") {
            const auto last = fill_until([&] { return received_.find("0\r\n\r\n"); });
            if (last == std::string::npos) return Reply{};
            reply.body = take(last + 5);
        } else {
            const auto size = static_cast<std::size_t>(std::stoull(reply.header("Content-Length")));
            fill_until([&] { return received_.size() < size ? std::string::npos : 0; });
            reply.body = take(std::min(size, received_.size()));
        }
        return reply;
    }

    Reply ask(std::string_view request) {
        send(request);
        return read();
    }

    Reply get(std::string_view path, std::string_view headers = {}) {
        return ask(fmt::format("GET {} HTTP/1.1\r\nHost: x\r\n{}\r\n", path, headers));
    }

    /// True when the server closes without a further byte.
    bool is_closed() {
        return fill_until([&] { return received_.empty() ? std::string::npos : 0; }) == std::string::npos &&
               ended_;
    }

private:
    template <class Find>
    std::size_t fill_until(Find find) {
        std::array<char, 65536> buffer;
        for (;;) {
            if (const auto found = find(); found != std::string::npos) return found;
            const auto size = recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
            if (size <= 0) {
                ended_ = size == 0 || errno == ECONNRESET;
                return std::string::npos;
            }
            received_.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }

    std::string take(std::size_t size) {
        auto taken = received_.substr(0, size);
        received_.erase(0, size);
        return taken;
    }

    asio::io_context context_;
    asio::ip::tcp::socket socket_{context_};
    std::string received_;
    bool ended_ = false;
};

}  // namespace tally::http::test
