// Builds the shared answers; the two encodings of a document differ in their ETag.
#include "cdn/answers.hpp"

#include "base/log.hpp"
#include "http/accept_encoding.hpp"

#include <charconv>

namespace tally::cdn {

std::string_view media_type_of(media::Kind kind) {
    return kind == media::Kind::video ? media_type::video : media_type::audio;
}

Response document_answer(
    const package::Document& document,
    std::string_view type,
    std::string_view cache_control,
    const Request& request
) {
    Response response;
    response.headers.add("Content-Type", type);
    response.headers.add("Cache-Control", cache_control);
    response.headers.add("Vary", "Accept-Encoding");
    if (document.gzip && http::accepts_gzip(request.header("Accept-Encoding"))) {
        response.headers.add("Content-Encoding", "gzip");
        // Another representation needs another strong ETag (RFC 9110 8.8.3.3).
        response.headers.add("ETag", document.etag.substr(0, document.etag.size() - 1) + "-gzip\"");
        response.body = document.gzip;
    } else {
        response.headers.add("ETag", document.etag);
        response.body = document.text;
    }
    return response;
}

Response media_answer(http::Body body, std::string_view type) {
    Response response;
    response.headers.add("Content-Type", type);
    response.headers.add("Cache-Control", caching::media);
    response.body = std::move(body);
    return response;
}

std::optional<std::uint64_t> number_parameter(const Request& request, std::string_view name) {
    const auto text = request.parameter(name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), number);
    if (text.empty() || error != std::errc() || end != text.end()) return std::nullopt;
    return number;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char letter : text) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9') ||
                           std::string_view("-._~").find(letter) != std::string_view::npos;
        if (plain)
            encoded += letter;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return encoded;
}

std::unexpected<Problem> channel_not_found(std::string_view channel) {
    return http::problem(404, "channel_not_found", fmt::format("There is no channel {}.", channel));
}

std::unexpected<Problem> broadcast_not_found(std::string_view broadcast) {
    return http::problem(404, "broadcast_not_found", fmt::format("There is no broadcast {}.", broadcast));
}

std::unexpected<Problem> media_not_found(std::string_view path) {
    return http::problem(404, "media_not_found", fmt::format("{} is not, or no longer, there.", path));
}

std::unexpected<Problem> unavailable(const Error& error) {
    log::error("delivery fails", {{"cause", error.context}});
    auto refusal = http::problem(503, "delivery_unavailable", "The media cannot be read just now.");
    refusal.error().retry_after = 1;
    return refusal;
}

}  // namespace tally::cdn
