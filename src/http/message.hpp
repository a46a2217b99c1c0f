// A request as a handler sees it and the response it gives: no sockets, no protocol version.
#pragma once

#include "base/byte_source.hpp"
#include "base/bytes.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tally::http {

struct Caller;

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, other };

/// Names compare without case.
class Headers {
public:
    void add(std::string_view name, std::string_view value) {
        if (fields_.empty()) fields_.reserve(usual);
        fields_.emplace_back(name, value);
    }

    void set(std::string_view name, std::string_view value);
    /// The first value; empty when absent.
    std::string_view get(std::string_view name) const;

    auto begin() const { return fields_.begin(); }

    auto end() const { return fields_.end(); }

private:
    static constexpr std::size_t usual = 8;  // fields of an answer, so that they take their place at once

    std::vector<std::pair<std::string, std::string>> fields_;
};

/// What a wrapper of handlers has to say to those handlers that know of it.
struct RequestContext {
    virtual ~RequestContext() = default;
};

/// Views point into the connection's buffer: valid until the handler's coroutine ends.
struct Request {
    Method method = Method::get;
    std::string_view path;   // percent-encoded, without the query
    std::string_view query;  // percent-encoded, without the '?'
    std::string_view body;
    std::string_view peer;  // address of the client, without the port
    std::string id;         // X-Request-Id: the client's when well-formed, else ours
    std::vector<std::pair<std::string_view, std::string>> parameters;  // of the route, decoded
    std::shared_ptr<const Caller> caller;           // null: not asked for (http/access.hpp)
    std::shared_ptr<const RequestContext> context;  // null: nobody's

    /// A request header's first value; empty when absent.
    std::function<std::string_view(std::string_view name)> header;

    /// A path parameter that the route declares.
    std::string_view parameter(std::string_view name) const;
    /// A decoded query parameter; empty optional when absent.
    std::optional<std::string> query_parameter(std::string_view name) const;
};

/// Sends the pieces of a body whose length is not known beforehand.
class BodyWriter {
public:
    virtual ~BodyWriter() = default;
    /// Waits until the piece is in the socket's hands; false once the client is gone.
    virtual Async<bool> write(SharedBytes piece) = 0;
};

using BodyStream = std::function<Async<>(BodyWriter&)>;

/// What goes on after "101 Switching Protocols" (http/websocket/web_socket.hpp).
class WebSocket;
using WebSocketWork = std::function<Async<>(WebSocket&)>;

using Body =
    std::variant<std::string, SharedBytes, std::shared_ptr<const ByteSource>, BodyStream, WebSocketWork>;

struct Response {
    unsigned status = 200;
    Headers headers;
    Body body;
};

using Handler = std::function<Async<Response>(const Request&)>;

/// Text form of an HTTP date (RFC 9110 5.6.7), for Last-Modified.
std::string http_date(std::int64_t unix_seconds);
/// Seconds since 1970 of an HTTP date; empty when the text is none.
std::optional<std::int64_t> parse_http_date(const std::string& text);
/// %XX decoding; empty optional when malformed or when it gives a NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

}  // namespace tally::http
