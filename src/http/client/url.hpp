// An http or https address, taken apart for who calls it.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace tally::http {

struct Url {
    bool secure = false;     // https
    std::string host;        // a name or an address, IPv6 without brackets
    std::uint16_t port = 0;  // 80 or 443 where none is given
    std::string target;      // path and query: "/hooks?x=1"

    /// As the Host header has it: without the port where it is the scheme's own.
    std::string authority() const;
};

/// Errc::malformed for anything but an absolute http or https address of at most 2048 characters without user
/// and password; a fragment is dropped.
Result<Url> parse_url(std::string_view text);

}  // namespace tally::http
