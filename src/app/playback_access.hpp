// Who may watch what is not public: delivery asks, control's tokens answer.
#pragma once

#include "analytics/session/evidence.hpp"
#include "cdn/live_directory.hpp"
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

    /// What the viewer's token declares of the viewer; null for nothing.
    analytics::ClaimsPtr claims(const http::Request& request, const cdn::LiveChannel& channel) const {
        const auto token = cdn::token_of(request);
        if (token.empty()) return nullptr;
        auto declared = tokens_.viewer_of(token, request.peer, {channel.id.text(), channel.broadcast.text()});
        if (declared == control::DeclaredViewer()) return nullptr;
        return std::make_shared<const analytics::Claims>(
            std::move(declared.age_band), std::move(declared.gender), std::move(declared.language)
        );
    }

private:
    const control::PlaybackTokens& tokens_;
};

}  // namespace tally::app
