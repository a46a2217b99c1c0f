#include "net/trusted_proxies.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace tally::net {
namespace {

namespace ip = asio::ip;

constexpr std::size_t most_hops = 32;

/// IPv4 in IPv6 clothes is IPv4: that is how it arrives on a socket for both.
std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// "[2001:db8::1]:443" and "192.0.2.1:443" as some proxies write them.
std::string_view without_port(std::string_view text) {
    if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
    if (std::ranges::count(text, ':') == 1) return text.substr(0, text.find(':'));
    return text;
}

/// The network, its host bits cleared.
template <class Network>
bool covers(const Network& network, const decltype(network.address())& address) {
    return Network(address, network.prefix_length()).network() == network.network();
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(std::span<const std::string> networks) {
    TrustedProxies proxies;
    for (const auto& text : networks) {
        boost::system::error_code error;
        if (const auto address = parse_address(text)) {
            if (address->is_v4())
                proxies.v4_.emplace_back(address->to_v4(), 32);
            else
                proxies.v6_.emplace_back(address->to_v6(), 128);
            continue;
        }
        if (const auto v4 = ip::make_network_v4(text, error); !error) {
            proxies.v4_.push_back(v4);
            continue;
        }
        const auto v6 = ip::make_network_v6(text, error);
        if (error) return fail(Errc::malformed, fmt::format("\"{}\" is no IP address and no network", text));
        proxies.v6_.push_back(v6);
    }
    return proxies;
}

bool TrustedProxies::trusts(std::string_view text) const {
    const auto address = parse_address(text);
    if (!address) return false;
    if (address->is_v4())
        return std::ranges::any_of(v4_, [&](const auto& net) { return covers(net, address->to_v4()); });
    return std::ranges::any_of(v6_, [&](const auto& net) { return covers(net, address->to_v6()); });
}

std::string_view TrustedProxies::client(std::string_view peer, std::string_view forwarded) const {
    auto client = peer;
    for (std::size_t hop = 0; hop < most_hops && !forwarded.empty() && trusts(client); ++hop) {
        const auto comma = forwarded.rfind(',');
        const auto last = comma == std::string_view::npos ? forwarded : forwarded.substr(comma + 1);
        const auto address = without_port(trimmed(last));
        // What a trusted proxy passed on in no known form hides whoever is behind it.
        if (!parse_address(address)) return client;
        client = address;
        forwarded = comma == std::string_view::npos ? std::string_view() : forwarded.substr(0, comma);
    }
    return client;
}

}  // namespace tally::net
