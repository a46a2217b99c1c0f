#include "control/stream/ingest_url.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <charconv>

namespace tally::control {

namespace {

constexpr std::size_t longest_host = 253;  // of a name in the DNS

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view name_letters = "abcdefghijklmnopqrstuvwxyz0123456789-._";
constexpr std::string_view address_letters = "abcdef0123456789:.";

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), http::to_lower);
    return lower;
}

bool consists_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == text.npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, port);
    if (error != std::errc() || end != last || port == 0) return std::nullopt;
    return port;
}

/// Cuts the host off `rest`, which is left with what follows it: nothing, or a colon and the port.
std::optional<std::string> take_host(std::string_view& rest) {
    const bool bracketed = rest.starts_with('[');
    const auto end = bracketed ? rest.find(']') : std::min(rest.find(':'), rest.size());
    if (end == rest.npos) return std::nullopt;
    const auto size = bracketed ? end + 1 : end;
    auto host = lower_case(rest.substr(0, size));
    rest.remove_prefix(size);
    const auto bare = std::string_view(host).substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    const bool valid = consists_of(bare, bracketed ? address_letters : name_letters);
    if (!valid || host.size() > longest_host) return std::nullopt;
    return host;
}

/// "/live/name" is "live", "/live" too.
std::string app_of(std::string_view path) {
    path = path.substr(0, path.find_first_of("?#"));
    if (path.starts_with('/')) path.remove_prefix(1);
    return std::string(path.substr(0, path.rfind('/')));
}

}  // namespace

std::string IngestUrl::bare_host() const {
    return host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
}

std::optional<IngestUrl> parse_ingest_url(std::string_view text) {
    constexpr std::string_view separator = "://";
    const auto mark = text.find(separator);
    if (mark == text.npos) return std::nullopt;
    IngestUrl url{.scheme = lower_case(text.substr(0, mark)), .host = {}};
    if (!consists_of(url.scheme, letters)) return std::nullopt;
    text.remove_prefix(mark + separator.size());

    auto authority = text.substr(0, text.find_first_of("/?#"));
    url.app = app_of(text.substr(authority.size()));
    auto host = take_host(authority);
    if (!host) return std::nullopt;
    url.host = *std::move(host);
    if (authority.empty()) return url;
    if (!authority.starts_with(':')) return std::nullopt;
    url.port = parse_port(authority.substr(1));
    return url.port ? std::optional(std::move(url)) : std::nullopt;
}

std::optional<Protocol> protocol_of_scheme(std::string_view scheme) {
    if (scheme == "http" || scheme == "https") return Protocol::whip;
    const auto protocol = parse_enum<Protocol>(scheme);
    return protocol == Protocol::whip ? std::nullopt : protocol;
}

}  // namespace tally::control
