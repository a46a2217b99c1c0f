#include "http/compression.hpp"

#include "base/gzip.hpp"
#include "http/accept_encoding.hpp"

namespace tally::http {
namespace {

constexpr std::size_t least_compressed = 1024;

bool is_json(const Headers& headers) {
    const auto type = headers.get("Content-Type");
    return type.starts_with("application/json") || type.starts_with("application/problem+json");
}

}  // namespace

void compress(Response& response, const Request& request) {
    auto& [status, headers, body] = response;
    if (status == 206 || !is_json(headers) || !headers.get("Content-Encoding").empty()) return;
    const auto* text = std::get_if<std::string>(&body);
    if (text == nullptr || text->size() <= least_compressed) return;
    headers.add("Vary", "Accept-Encoding");
    if (!accepts_gzip(request.header("Accept-Encoding"))) return;
    body = std::make_shared<const Bytes>(gzip(bytes_of(*text), GzipEffort::quick));
    headers.add("Content-Encoding", "gzip");
    // RFC 9110 8.8.3: a strong tag names one sequence of bytes.
    if (const auto tag = std::string(headers.get("ETag")); tag.starts_with('"'))
        headers.set("ETag", "W/" + tag);
}

}  // namespace tally::http
