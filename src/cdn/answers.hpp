// The answers that delivery routes share: documents in two encodings, media bytes, and refusals with their
// codes.
#pragma once

#include "base/byte_source.hpp"
#include "http/problem.hpp"
#include "package/output.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tally::cdn {

using http::Outcome;
using http::Problem;
using http::Request;
using http::Response;

namespace media_type {
inline constexpr std::string_view hls = "application/vnd.apple.mpegurl";
inline constexpr std::string_view dash = "application/dash+xml";
inline constexpr std::string_view video = "video/mp4";
inline constexpr std::string_view audio = "audio/mp4";
inline constexpr std::string_view jpeg = "image/jpeg";
}  // namespace media_type

namespace caching {
inline constexpr std::string_view playlist = "max-age=1";
inline constexpr std::string_view recorded = "public, max-age=3600";
inline constexpr std::string_view media = "public, max-age=86400, immutable";
}  // namespace caching

std::string_view media_type_of(media::Kind kind);

/// Text or gzip, as the client accepts.
Response document_answer(
    const package::Document& document,
    std::string_view type,
    std::string_view cache_control,
    const Request& request
);
Response media_answer(http::Body body, std::string_view type);

/// The decimal number of a "{n}" in a path; empty when it is none.
std::optional<std::uint64_t> number_parameter(const Request& request, std::string_view name);

/// All but letters, digits and "-._~" as %XX (RFC 3986 2.3).
std::string percent_encode(std::string_view text);

std::unexpected<Problem> channel_not_found(std::string_view channel);
std::unexpected<Problem> broadcast_not_found(std::string_view broadcast);
/// A file that no playlist names, or that has left the live window.
std::unexpected<Problem> media_not_found(std::string_view path);
/// 503: what lies behind the route failed; the cause is logged, not told.
std::unexpected<Problem> unavailable(const Error& error);

}  // namespace tally::cdn
