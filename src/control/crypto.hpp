// The little cryptography that the control plane needs, over OpenSSL.
#pragma once

#include "base/bytes.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace tally::control {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view text);
Digest hmac_sha256(ByteView key, std::string_view text);
/// AES-256-GCM (NIST SP 800-38D): a random nonce of 12 bytes, the text, a tag of 16 bytes.
Bytes encrypt(const Digest& key, std::string_view text);
/// Empty when the key is another, or the bytes were changed.
std::optional<std::string> decrypt(const Digest& key, ByteView bytes);
/// Takes the same time wherever the texts differ.
bool equal_in_constant_time(std::string_view left, std::string_view right);

std::string to_hex(ByteView bytes);
/// RFC 4648 section 5, without padding.
std::string to_base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace tally::control
