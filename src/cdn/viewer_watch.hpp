// Who watches, as delivery sees it: declared here, answered by who counts viewers.
#pragma once

#include "cdn/catalogue.hpp"
#include "cdn/live_directory.hpp"
#include "http/message.hpp"

#include <string>

namespace tally::cdn {

/// Called on the network thread of the request, on its way: quick, and without waiting.
class ViewerWatch {
public:
    enum class Took : std::uint8_t {
        first,     // the multivariant playlist
        manifest,  // the MPD, first or again
        playlist,  // a media playlist
        media,     // a segment, or its header
    };

    virtual ~ViewerWatch() = default;

    /// The query that names the player, for the addresses in what it asks for `first`: "sid=...&tk=...", a
    /// new one for a player that has none. Empty when the player says of itself which it is, when it came
    /// where its first manifest sent it, and when nobody counts.
    virtual std::string greet(const http::Request& request, const LiveChannel& channel, Took first) = 0;

    /// A request was answered with `bytes`.
    virtual void took(
        const http::Request& request, const LiveChannel& channel, Took what, std::uint64_t bytes
    ) = 0;

    /// A request for media of a recording was answered with `bytes`.
    virtual void took_recorded(
        const http::Request& request, const BroadcastFacts& broadcast, std::uint64_t bytes
    ) = 0;
};

/// When nobody counts.
class NoViewerWatch : public ViewerWatch {
public:
    std::string greet(
        const http::Request& /*request*/, const LiveChannel& /*channel*/, Took /*first*/
    ) override {
        return {};
    }

    void took(
        const http::Request& /*request*/,
        const LiveChannel& /*channel*/,
        Took /*what*/,
        std::uint64_t /*bytes*/
    ) override {}

    void took_recorded(
        const http::Request& /*request*/, const BroadcastFacts& /*broadcast*/, std::uint64_t /*bytes*/
    ) override {}
};

/// The HLS playlist with `query` at each address it names.
std::string with_query(std::string_view playlist, std::string_view query);
/// The MPD with a Location that has `query`: where the player goes from now on (ISO 23009-1 5.3.1.2).
std::string with_location(std::string_view manifest, std::string_view query);

}  // namespace tally::cdn
