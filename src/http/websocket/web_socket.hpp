// A WebSocket (RFC 6455) as its handler sees it: messages in and out, no frames.
#pragma once

#include "http/message.hpp"

namespace tally::http {

/// Codes of a close frame (RFC 6455 section 7.4.1).
namespace close_code {
inline constexpr std::uint16_t normal = 1000;
inline constexpr std::uint16_t not_text = 1003;
inline constexpr std::uint16_t policy = 1008;
inline constexpr std::uint16_t internal_error = 1011;
inline constexpr std::uint16_t restart = 1012;
}  // namespace close_code

/// Lives on its connection's thread.
class WebSocket {
public:
    virtual ~WebSocket() = default;
    /// False once either side has closed it, or the client is gone.
    virtual bool is_open() const = 0;
    /// The oldest message that was not taken yet, always text. Some wait for who is slow to take them, then
    /// the client has to.
    virtual std::optional<std::string> take() = 0;
    /// `told` is called when there may be a message to take, and when the socket is no longer open; not once
    /// the handler's work has ended.
    virtual void on_news(std::function<void()> told) = 0;
    /// Waits until the message is in the socket's hands; one at a time. False when it will not arrive. A
    /// client that does not take it in time is closed with `policy`.
    virtual Async<bool> send(std::string_view text) = 0;
    /// Returns once the client has answered, or had time to. The first call counts.
    virtual Async<> close(std::uint16_t code, std::string_view reason) = 0;
};

/// Why a request cannot become a WebSocket (RFC 6455 section 4.2.1): 426, or 400. Empty when it can; then
/// the handler answers 101 with a WebSocketWork.
std::optional<Response> refuse_upgrade(const Request& request);

}  // namespace tally::http
