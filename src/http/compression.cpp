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

/// Whether there are two forms of the answer.
bool is_compressible(const Response& response) {
    const auto* text = std::get_if<std::string>(&response.body);
    return is_json(response.headers) && response.headers.get("Content-Encoding").empty() && text != nullptr &&
           text->size() > least_compressed;
}

/// RFC 9110 8.8.3: a strong tag names one sequence of bytes.
void weaken_tag(Headers& headers) {
    if (const auto tag = std::string(headers.get("ETag")); tag.starts_with('"'))
        headers.set("ETag", "W/" + tag);
}

}  // namespace

void compress(Response& response, const Request& request) {
    if (response.status == 206 || !is_compressible(response)) return;
    auto& [status, headers, body] = response;
    headers.add("Vary", "Accept-Encoding");
    if (!accepts_gzip(request.header("Accept-Encoding"))) return;
    body = std::make_shared<const Bytes>(gzip(bytes_of(std::get<std::string>(body)), GzipEffort::quick));
    headers.add("Content-Encoding", "gzip");
    weaken_tag(headers);
}

void tell_encoding(Response& response, const Request& request) {
    if (!is_compressible(response)) return;
    response.headers.add("Vary", "Accept-Encoding");
    if (accepts_gzip(request.header("Accept-Encoding"))) weaken_tag(response.headers);
}

}  // namespace tally::http
