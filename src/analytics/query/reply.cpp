#include "analytics/query/reply.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace tally::analytics {

namespace {

std::string tag_of(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string tag = "\"";
    for (std::size_t i = 0; i < 16; ++i)
        tag += fmt::format("{:02x}", digest.at(i));
    return tag + '"';
}

}  // namespace

http::Response reply(const std::string& document, int poll_seconds) {
    http::Response response{.status = 200, .headers = {}, .body = document};
    response.headers.set("Content-Type", "application/json");
    response.headers.set("Cache-Control", "max-age=1");
    response.headers.set("X-Poll-Interval", std::to_string(poll_seconds));
    response.headers.set("ETag", tag_of(document));
    return response;
}

}  // namespace tally::analytics
