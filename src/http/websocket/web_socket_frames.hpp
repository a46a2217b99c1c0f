// Beast's side of a WebSocket: its framing, and the handshake that starts it. The handshake is a unit of its
// own, as each of the two takes seconds to compile.
#pragma once

#include "http/message.hpp"
#include "net/listener.hpp"

#include <boost/beast/websocket/stream.hpp>

namespace tally::http {

using WebSocketFrames = boost::beast::websocket::stream<net::Socket&, false>;

/// Answers 101 with `headers` to a request that refuse_upgrade() let pass. False when the client is gone.
Async<bool> accept_web_socket(WebSocketFrames& frames, const Request& request, const Headers& headers);

}  // namespace tally::http
