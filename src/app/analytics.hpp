// Analytics in this process: its store, its questions, and what it knows of channels and broadcasts.
#pragma once

#include "analytics/query/finaliser.hpp"
#include "analytics/query/routes.hpp"
#include "analytics/store/sqlite_store.hpp"
#include "control/broadcast/broadcast_routes.hpp"

namespace tally::app {

/// What queries ask of the control plane.
class KnownBroadcasts final : public analytics::Broadcasts {
public:
    KnownBroadcasts(control::BroadcastService& broadcasts, const control::ChannelNames& names)
        : broadcasts_(broadcasts),
          names_(names) {}

    Task<std::optional<analytics::BroadcastInfo>> find(BroadcastId id) override;
    Task<std::optional<ChannelId>> find_channel(std::string name) override;
    Task<std::vector<analytics::BroadcastInfo>> started_in(
        std::optional<ChannelId> channel, Time from, Time to, std::size_t limit
    ) override;

private:
    control::BroadcastService& broadcasts_;
    const control::ChannelNames& names_;
};

class Analytics {
public:
    Analytics(
        const std::filesystem::path& directory,
        control::BroadcastService& broadcasts,
        const control::ChannelNames& names,
        const Clock& clock
    )
        : facts_(directory / "analytics.db"),
          known_(broadcasts, names),
          broadcasts_(facts_, known_, nullptr, clock),
          channels_(facts_, known_, nullptr, clock),
          finaliser_(facts_, known_, clock) {}

    void add_routes(http::Router& router) { analytics::add_query_routes(router, broadcasts_, channels_); }

    /// The summary, for those who read a broadcast with it; why not otherwise.
    control::BroadcastInclude summaries();

    /// Until close().
    Async<> run() { return finaliser_.run(); }

    void close() { finaliser_.close(); }

private:
    analytics::SqliteFactStore facts_;
    KnownBroadcasts known_;
    analytics::BroadcastAnalytics broadcasts_;
    analytics::ChannelAnalytics channels_;
    analytics::Finaliser finaliser_;
};

}  // namespace tally::app
