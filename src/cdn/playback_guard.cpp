#include "cdn/playback_guard.hpp"

namespace tally::cdn {
namespace {

constexpr std::string_view uri_attribute = "URI=\"";

/// HLS: lines that are addresses, and the URI attributes of tags (RFC 8216bis 4.1).
std::string hls_with_prefix(std::string_view playlist, std::string_view prefix) {
    std::string text;
    while (!playlist.empty()) {
        const auto line = playlist.substr(0, playlist.find('\n') + 1);
        playlist.remove_prefix(line.size());
        const auto attribute = line.find(uri_attribute);
        if (!line.starts_with('#'))
            text.append(prefix).append(line);
        else if (attribute == std::string_view::npos)
            text.append(line);
        else
            text.append(line.substr(0, attribute + uri_attribute.size()))
                .append(prefix)
                .append(line.substr(attribute + uri_attribute.size()));
    }
    return text;
}

/// DASH: one BaseURL, which comes first in an MPD (ISO 23009-1 5.3.1.2).
std::string dash_with_prefix(std::string_view manifest, std::string_view prefix) {
    const auto end = manifest.find('>', manifest.find("<MPD")) + 1;
    return fmt::format(
        "{}\n  <BaseURL>{}</BaseURL>{}", manifest.substr(0, end), prefix, manifest.substr(end)
    );
}

}  // namespace

std::string token_of(const Request& request) {
    const auto in_path = request.parameter("token");
    if (!in_path.empty()) return std::string(in_path);
    return request.query_parameter("token").value_or("");
}

std::string with_token(std::string_view pattern) {
    const auto second = pattern.find('/', 1);
    const auto third = pattern.find('/', second + 1);
    return fmt::format("{}/t/{{token}}{}", pattern.substr(0, third), pattern.substr(third));
}

Response tokened_document(const package::Document& document, std::string_view type, std::string_view token) {
    const auto prefix = fmt::format("t/{}/", percent_encode(token));
    const auto text = text_of(*document.text);
    Response response;
    response.headers.add("Content-Type", type);
    response.headers.add("Cache-Control", "private, max-age=1");
    response.body = type == media_type::dash ? dash_with_prefix(text, prefix) : hls_with_prefix(text, prefix);
    return response;
}

void make_private(Response& response) {
    std::string caching(response.headers.get("Cache-Control"));
    if (const auto at = caching.find("public, "); at != std::string::npos) caching.erase(at, 8);
    if (!caching.contains("private")) response.headers.set("Cache-Control", "private, " + caching);
}

}  // namespace tally::cdn
