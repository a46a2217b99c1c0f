// Who may watch what is not public: delivery asks, control's tokens answer.
#pragma once

#include "cdn/playback_guard.hpp"
#include "control/playback/playback_tokens.hpp"

namespace tally::app {

class PlaybackAccess final : public cdn::PlaybackGuard {
public:
    explicit PlaybackAccess(const control::PlaybackTokens& tokens) : tokens_(tokens) {}

    http::Outcome<void> check(
        std::string_view token, std::string_view peer, const ChannelId& channel, const BroadcastId& broadcast
    ) const override {
        return tokens_.check(token, peer, {channel.text(), broadcast.text()});
    }

private:
    const control::PlaybackTokens& tokens_;
};

}  // namespace tally::app
