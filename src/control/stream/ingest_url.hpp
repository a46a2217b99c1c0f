// Where an encoder is told to send: the parts of an ingest URL (RFC 3986) that say where to connect.
#pragma once

#include "control/media_terms.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tally::control {

/// What may hold a key is left out: the stream's name and the query.
struct IngestUrl {
    std::string scheme;  // lower case: "rtmp"
    std::string host;    // lower case; an IPv6 address in its brackets
    std::optional<std::uint16_t> port{};
    std::string app{};  // the path without the stream's name: "live"

    /// For resolvers: an IPv6 address without its brackets.
    std::string bare_host() const;
};

/// Empty when the text is no absolute URL with a host, or carries a user name.
std::optional<IngestUrl> parse_ingest_url(std::string_view text);

/// Empty for schemes that nobody sends media by.
std::optional<Protocol> protocol_of_scheme(std::string_view scheme);

}  // namespace tally::control
