#include "analytics/store/clickhouse_address.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <charconv>

namespace tally::analytics {

namespace {

constexpr std::uint16_t usual_port = 8123;
constexpr std::uint16_t usual_secure_port = 8443;

/// What needs no quoting in SQL.
bool is_name(std::string_view text) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, allowed);
}

bool has_line_break(std::string_view text) {
    return text.find_first_of("\r\n") != std::string_view::npos;
}

Result<std::uint16_t> port_of(const boost::urls::url_view& url, std::uint16_t usual) {
    if (!url.has_port()) return usual;
    const std::string text = url.port();
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0)
        return fail(Errc::malformed, "must have a port from 1 to 65535");
    return port;
}

}  // namespace

std::string ClickHouseAddress::place() const {
    return fmt::format("{}:{}/{}", url.host, url.port, database);
}

Result<ClickHouseAddress> parse_clickhouse_address(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed || parsed->scheme() != "clickhouse")
        return fail(Errc::malformed, "must be \"clickhouse://user:password@host:8123/database\"");
    ClickHouseAddress address;
    const std::string host = parsed->host_address();
    if (host.empty()) return fail(Errc::malformed, "must name a host");
    const bool secure = parsed->has_query() && parsed->query() == "secure=true";
    if (parsed->has_query() && !secure) return fail(Errc::malformed, "knows no option but \"?secure=true\"");
    address.url.secure = secure;
    address.url.host = host;
    TRY(address.url.port, port_of(*parsed, secure ? usual_secure_port : usual_port));
    if (parsed->has_userinfo() && !parsed->user().empty()) address.user = parsed->user();
    address.password = parsed->password();
    if (has_line_break(address.user) || has_line_break(address.password))
        return fail(Errc::malformed, "must have no line break in its user or password");
    const std::string path = parsed->path();
    if (path.size() > 1) address.database = path.substr(1);
    if (!is_name(address.database))
        return fail(Errc::malformed, "must name a database of letters, digits and underscores");
    return address;
}

}  // namespace tally::analytics
