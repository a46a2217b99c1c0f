#include "control/jwt.hpp"

namespace tally::control {
namespace {

constexpr std::size_t longest_token = 1024;
constexpr std::string_view algorithm = "HS256";

std::string signature(std::string_view signed_text, ByteView key) {
    return to_base64url(hmac_sha256(key, signed_text));
}

std::string encode_part(const json::object& part) {
    return to_base64url(bytes_of(json::print(part)));
}

std::optional<json::object> decode_part(std::string_view part) {
    const auto bytes = from_base64url(part);
    if (!bytes) return std::nullopt;
    auto document = json::parse(text_of(*bytes));
    if (!document || !document->is_object()) return std::nullopt;
    return std::move(document->as_object());
}

std::string_view text_member(const json::object& part, std::string_view name) {
    const auto* member = part.if_contains(name);
    const auto* text = member ? member->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

}  // namespace

std::string sign_jwt(const json::object& claims, std::string_view key_id, ByteView key) {
    const auto header = encode_part({{"alg", algorithm}, {"typ", "JWT"}, {"kid", key_id}});
    auto token = header + "." + encode_part(claims);
    token += "." + signature(token, key);
    return token;
}

std::optional<json::object> read_jwt(std::string_view token, const JwtKeys& keys) {
    if (token.size() > longest_token) return std::nullopt;
    const auto first = token.find('.');
    const auto last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    const auto header = decode_part(token.substr(0, first));
    if (!header || text_member(*header, "alg") != algorithm) return std::nullopt;
    const auto key = keys(text_member(*header, "kid"));
    if (!key) return std::nullopt;
    if (!equal_in_constant_time(signature(token.substr(0, last), *key), token.substr(last + 1)))
        return std::nullopt;
    return decode_part(token.substr(first + 1, last - first - 1));
}

}  // namespace tally::control
