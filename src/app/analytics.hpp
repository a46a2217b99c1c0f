// Analytics in this process: its store, its questions, and what it knows of channels and broadcasts.
#pragma once

#include "analytics/query/finaliser.hpp"
#include "analytics/query/routes.hpp"
#include "analytics/store/store.hpp"
#include "control/alert/alert_service.hpp"
#include "control/broadcast/broadcast_includes.hpp"
#include "control/cursors.hpp"

namespace tally::app {

/// What queries ask of the control plane.
class KnownBroadcasts final : public analytics::Broadcasts {
public:
    KnownBroadcasts(
        control::BroadcastService& broadcasts,
        control::AlertService& alerts,
        const control::ChannelNames& names,
        const Clock& clock
    )
        : broadcasts_(broadcasts),
          alerts_(alerts),
          names_(names),
          clock_(clock) {}

    Task<std::optional<analytics::BroadcastInfo>> find(BroadcastId id) override;
    Task<std::optional<ChannelId>> find_channel(std::string name) override;
    Task<std::vector<analytics::BroadcastInfo>> started_in(
        std::optional<ChannelId> channel, Time from, Time to, std::size_t limit
    ) override;

private:
    control::BroadcastService& broadcasts_;
    control::AlertService& alerts_;
    const control::ChannelNames& names_;
    const Clock& clock_;
};

class Analytics {
public:
    Analytics(
        analytics::Store& facts,
        analytics::LiveFacts& live,
        control::BroadcastService& broadcasts,
        control::AlertService& alerts,
        const control::ChannelNames& names,
        const control::Cursors& cursors,
        const Clock& clock,
        analytics::Finaliser::Made finalised
    )
        : cursors_(cursors),
          known_(broadcasts, alerts, names, clock),
          broadcasts_(facts, known_, &live, clock),
          channels_(facts, known_, &live, clock),
          finaliser_(facts, known_, clock, std::move(finalised)) {}

    void add_routes(http::Router& router);

    /// What the API answers about a broadcast with default parameters; empty when it cannot.
    Async<std::string> answer(BroadcastId broadcast, std::string_view kind);

    /// Broadcasts read with their summaries.
    control::BroadcastInclude summaries();

    /// Until close().
    Async<> run() { return finaliser_.run(); }

    void close() { finaliser_.close(); }

private:
    const control::Cursors& cursors_;
    KnownBroadcasts known_;
    analytics::BroadcastAnalytics broadcasts_;
    analytics::ChannelAnalytics channels_;
    analytics::Finaliser finaliser_;
};

}  // namespace tally::app
