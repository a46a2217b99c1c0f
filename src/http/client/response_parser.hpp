// The bytes of an HTTP/1.1 response, as they come, made into its status, headers and body.
#pragma once

#include "http/client/client.hpp"

#include <memory>

namespace tally::http {

class ResponseParser {
public:
    /// Bodies over `most_body` bytes, and heads over 16 KB, are refused.
    explicit ResponseParser(std::size_t most_body);
    ~ResponseParser();
    ResponseParser(const ResponseParser&) = delete;
    ResponseParser& operator=(const ResponseParser&) = delete;

    /// The next bytes; true once the response is complete. Errc::malformed, Errc::too_large. What comes
    /// behind a complete response makes it malformed: nothing was asked for.
    Result<bool> feed(std::string_view bytes);
    /// The peer closed: true when that ends the response.
    Result<bool> end();

    bool has_started() const;
    /// Complete, and the connection can carry another request.
    bool keep_alive() const;
    ClientResponse take();

private:
    struct Message;
    std::unique_ptr<Message> message_;
};

}  // namespace tally::http
