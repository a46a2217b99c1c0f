// The client behind proxies: X-Forwarded-For is believed only as far as known proxies wrote it.
#pragma once

#include "base/task.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tally::net {

class TrustedProxies {
public:
    /// None: nobody's word is taken.
    TrustedProxies() = default;

    /// Addresses and networks: "127.0.0.1", "10.0.0.0/8", "2001:db8::/32". Errc::malformed names the one that
    /// is neither.
    static Result<TrustedProxies> parse(std::span<const std::string> networks);

    /// The client's address, without a port. `peer` is who connected, `forwarded` the X-Forwarded-For header.
    /// Read from its end: the first address that is no trusted proxy's is the client's; from an untrusted
    /// peer the header is not read at all. Views of the arguments.
    std::string_view client(std::string_view peer, std::string_view forwarded) const;

private:
    bool trusts(std::string_view text) const;

    std::vector<asio::ip::network_v4> v4_;
    std::vector<asio::ip::network_v6> v6_;
};

}  // namespace tally::net
