// Received bytes become requests (RFC 9112), without I/O: one parser per connection.
#pragma once

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"

#include <boost/asio/buffer.hpp>

#include <memory>

namespace tally::http {

class RequestParser {
public:
    enum class State : std::uint8_t { incomplete, complete, refused };

    explicit RequestParser(const Limits& limits);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Where the next received bytes go; never empty while incomplete. Valid until received().
    asio::mutable_buffer space();
    /// Takes the first `size` bytes of space().
    State received(std::size_t size);
    /// Forgets the finished request and looks at what came behind it.
    State next();

    /// Complete once the state says so. Its views live until next().
    Request& request() { return request_; }

    /// A header's value on the last line that has it: what the nearest proxy wrote.
    std::string_view last_header(std::string_view name) const;

    /// Why the request is refused. Nothing further can be understood on this connection.
    const Problem& refusal() const { return refusal_; }

    /// A byte of an unfinished request is here.
    bool has_started() const { return head_.begin < head_.end || in_body_; }

    /// The client waits for "100 Continue" before it sends the body. True once per request.
    bool take_expectation();
    bool keep_alive() const;
    /// False: HTTP/1.0, which knows no chunks.
    bool knows_chunks() const;
    /// The request may be the last one of HTTP on this connection: HTTP/1.1 without a body, and nothing
    /// behind it.
    bool may_upgrade() const;

private:
    struct Buffer {
        std::vector<char> bytes{};
        std::size_t begin = 0;
        std::size_t end = 0;

        std::string_view text() const { return {bytes.data() + begin, end - begin}; }

        void consume(std::size_t size);
        asio::mutable_buffer space(std::size_t most);
    };

    struct Message;

    State advance();
    State parse_head();
    State parse_body();
    State check_head();
    State refuse(unsigned status, std::string code, std::string detail);
    bool take_target(std::string_view target);
    std::string_view header(std::string_view name) const;

    const Limits& limits_;
    Buffer head_;  // does not move once the head is complete: the request's views point here
    Buffer rest_;  // what comes behind the head while a body is awaited
    std::size_t head_size_ = 0;
    std::size_t scanned_ = 0;  // bytes of head_ known to hold no end of the head
    bool in_body_ = false;
    bool expectation_ = false;
    std::unique_ptr<Message> message_;
    std::vector<std::pair<std::string_view, std::string_view>> fields_;
    std::string body_;
    Request request_;
    Problem refusal_;
};

}  // namespace tally::http
