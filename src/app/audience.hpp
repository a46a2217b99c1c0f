// Analytics as the program runs it: store, journal, engine and collector, and what connects them with
// delivery.
#pragma once

#include "analytics/collect/collector.hpp"
#include "analytics/engagement/engagement_service.hpp"
#include "analytics/session/visitors.hpp"
#include "analytics/store/store.hpp"
#include "app/live_streams.hpp"
#include "app/storage.hpp"
#include "cdn/viewer_watch.hpp"
#include "control/broadcast/broadcast_service.hpp"
#include "http/router.hpp"
#include "rtmp/access.hpp"

namespace tally::app {

/// What is known of where a player is and what it runs on. A database that cannot be read is logged, and
/// leaves places unknown.
analytics::Classify classify_with(const config::Geo& geo);

class Audience final : public cdn::ViewerWatch {
public:
    /// All of it outlives the audience.
    struct Parts {
        net::Runtime& runtime;
        const Clock& clock;
        const Storage& storage;
        analytics::Store& facts;
        const cdn::LiveDirectory& directory;
        control::BroadcastService& broadcasts;
        analytics::Classify classify;
        /// What a viewer's playback token declares of the viewer, with consent; null for nothing.
        std::function<analytics::ClaimsPtr(const http::Request&, const cdn::LiveChannel&)> claims;
    };

    explicit Audience(Parts parts);

    /// Goes on where an earlier process ended, now or as soon as the store is there; once the streams that
    /// run are known. Streaming goes on without it.
    Async<> start();
    Async<> stop();

    /// Collecting, and how many watch now.
    void add_routes(http::Router& router);
    /// What stands beside the media: /cmcd and the public count.
    void add_delivery_routes(http::Router& router);

    void on_air(const control::LiveStart& start);
    void over(const BroadcastId& broadcast);

    std::string greet(const http::Request& request, const cdn::LiveChannel& channel, Took first) override;
    void took(const http::Request& request, const cdn::LiveChannel& channel, Took what, std::uint64_t bytes)
        override;
    void took_recorded(
        const http::Request& request, const cdn::BroadcastFacts& broadcast, std::uint64_t bytes
    ) override;

    /// A connection that plays the channel over RTMP: a viewer as long as the result lives.
    std::shared_ptr<rtmp::Viewing> watch_rtmp(const ChannelId& channel, const std::string& peer);

    analytics::Engine& engine() { return engine_; }

private:
    struct Hash {
        using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's name

        std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
    };

    using Channels = std::unordered_map<std::string, analytics::BroadcastPtr, Hash, std::equal_to<>>;

    analytics::BroadcastPtr playing(std::string_view channel) const;
    void read_cmcd(const http::Request& request, analytics::Delivery& delivery) const;
    Async<> reopen_ended();
    Async<> start_later();
    void run();
    Async<> end(BroadcastId broadcast);
    Async<> keep_journal_short();

    Parts parts_;
    analytics::Keys keys_;
    analytics::BeaconTokens tokens_;
    analytics::Journal journal_;
    analytics::Engine engine_;
    std::vector<analytics::Visitors> visitors_;  // one for each lane of the engine
    analytics::Collector collector_;
    analytics::EngagementService engagement_;
    std::mutex changing_;
    std::atomic<std::shared_ptr<const Channels>> channels_ = std::make_shared<const Channels>();
    std::atomic<bool> stopped_ = false;
};

}  // namespace tally::app
