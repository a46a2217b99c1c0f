#include "http/client/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace tally::http {
namespace {

constexpr std::size_t longest_url = 2048;

}  // namespace

std::string Url::authority() const {
    const auto name = host.contains(':') ? '[' + host + ']' : host;
    return port == (secure ? 443 : 80) ? name : fmt::format("{}:{}", name, port);
}

Result<Url> parse_url(std::string_view text) {
    const auto parsed = text.size() <= longest_url ? boost::urls::parse_uri({text.data(), text.size()})
                                                   : boost::urls::error_code(boost::urls::error::not_a_base);
    if (!parsed) return fail(Errc::malformed, "not an http or https address");
    const auto& url = *parsed;
    const bool secure = url.scheme_id() == boost::urls::scheme::https;
    const std::uint16_t usual_port = secure ? 443 : 80;
    if (!secure && url.scheme_id() != boost::urls::scheme::http)
        return fail(Errc::malformed, "not an http or https address");
    if (url.has_userinfo()) return fail(Errc::malformed, "an address with a user name");
    const std::string host = url.host_address();
    if (host.empty()) return fail(Errc::malformed, "an address without a host");
    if (url.has_port() && url.port_number() == 0) return fail(Errc::malformed, "an address without a port");
    const std::string_view path(url.encoded_path().data(), url.encoded_path().size());
    const std::string_view query(url.encoded_query().data(), url.encoded_query().size());
    return Url{
        .secure = secure,
        .host = host,
        .port = url.has_port() ? url.port_number() : usual_port,
        .target = fmt::format("{}{}{}{}", path.empty() ? "/" : "", path, url.has_query() ? "?" : "", query),
    };
}

}  // namespace tally::http
