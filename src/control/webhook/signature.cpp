#include "control/webhook/signature.hpp"

#include <fmt/format.h>

namespace tally::control {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t least_key = 24;

}  // namespace

std::string to_base64(ByteView bytes) {
    auto text = to_base64url(bytes);
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    while (text.size() % 4 != 0)
        text += '=';
    return text;
}

std::string webhook_signature(
    ByteView key, std::string_view id, std::int64_t seconds, std::string_view body
) {
    return "v1," + to_base64(hmac_sha256(key, fmt::format("{}.{}.{}", id, seconds, body)));
}

std::optional<Bytes> webhook_key(std::string_view secret) {
    if (!secret.starts_with(prefix)) return std::nullopt;
    std::string text(secret.substr(prefix.size()));
    text.erase(text.find_last_not_of('=') + 1);
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    auto key = from_base64url(text);
    if (!key || key->size() < least_key) return std::nullopt;
    return key;
}

http::Headers webhook_headers(std::string_view id, std::int64_t seconds, std::string_view signature) {
    http::Headers headers;
    headers.add("Content-Type", "application/json");
    headers.add("User-Agent", "Tally-Webhooks/1");
    headers.add("webhook-id", id);
    headers.add("webhook-timestamp", std::to_string(seconds));
    headers.add("webhook-signature", signature);
    return headers;
}

}  // namespace tally::control
