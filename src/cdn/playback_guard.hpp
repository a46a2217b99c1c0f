// What is not public is shown to who has a playback token. The token comes as "?token=" with a playlist, and
// goes on in the path of what the playlist names: "t/{token}/720p/playlist.m3u8". So players need to know
// nothing of it, and everything below the first playlist is the same bytes for all viewers.
#pragma once

#include "base/id.hpp"
#include "cdn/answers.hpp"

namespace tally::cdn {

/// Declared here, answered by who signs the tokens. Called from any network thread.
class PlaybackGuard {
public:
    virtual ~PlaybackGuard() = default;
    /// A refusal, unless `token` opens the channel or the broadcast to the viewer at `peer`.
    virtual Outcome<void> check(
        std::string_view token, std::string_view peer, const ChannelId& channel, const BroadcastId& broadcast
    ) const = 0;
};

/// Of the path, or else of the query; "" when there is none.
std::string token_of(const Request& request);

/// Pattern of a route below a playlist whose path has the token in it:
/// "/live/{channel}/t/{token}/{rendition}/...".
std::string with_token(std::string_view pattern);

/// A playlist or manifest whose relative addresses hold the token. Shared caches must not keep it.
Response tokened_document(const package::Document& document, std::string_view type, std::string_view token);

/// Caches shared by several viewers must not keep the answer.
void make_private(Response& response);

}  // namespace tally::cdn
