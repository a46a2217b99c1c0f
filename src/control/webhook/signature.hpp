// Signatures of Standard Webhooks, which every call to somebody else's server carries.
#pragma once

#include "control/crypto.hpp"
#include "http/message.hpp"

namespace tally::control {

/// RFC 4648 section 4, with padding.
std::string to_base64(ByteView bytes);

/// "v1," and the digest of what is sent.
std::string webhook_signature(ByteView key, std::string_view id, std::int64_t seconds, std::string_view body);

/// The key of "whsec_" and base64; empty when the text is anything else, or under 24 bytes.
std::optional<Bytes> webhook_key(std::string_view secret);

/// The content type and all that a receiver checks: webhook-id, webhook-timestamp, webhook-signature.
http::Headers webhook_headers(std::string_view id, std::int64_t seconds, std::string_view signature);

}  // namespace tally::control
