// JSON Web Tokens with HMAC-SHA256 (RFC 7519, RFC 7518 section 3.2): the one algorithm that is made and
// taken.
#pragma once

#include "control/crypto.hpp"
#include "json/text.hpp"

#include <functional>

namespace tally::control {

std::string sign_jwt(const json::object& claims, std::string_view key_id, ByteView key);

/// The key of a "kid"; empty when there is none (any more).
using JwtKeys = std::function<std::optional<Digest>(std::string_view key_id)>;

/// The claims of a token whose signature is right; empty otherwise. What they say is the caller's to judge.
std::optional<json::object> read_jwt(std::string_view token, const JwtKeys& keys);

}  // namespace tally::control
