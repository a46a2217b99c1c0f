// What happens, told to those who follow: event streams and webhooks, and the calls that these need.
#pragma once

#include "app/storage.hpp"
#include "config/settings.hpp"
#include "control/event/event_routes.hpp"
#include "control/webhook/webhook_dispatcher.hpp"
#include "control/webhook/webhook_service.hpp"
#include "net/runtime.hpp"

namespace tally::app {

/// Whether hooks may go to loopback and private addresses, and without TLS.
bool allows_private_hooks(const config::Settings& settings);

class Events {
public:
    Events(
        const config::Settings& settings, const Storage& storage, const Clock& clock, net::Runtime& runtime
    );

    /// Once the ports are known, before requests come.
    Async<> start(const http::PublicUrls& urls);

    void close() { feed_.close(); }

    control::EventFeed& feed() { return feed_; }

    control::WebhookService& webhooks() { return webhooks_; }

    const control::WebhookDispatcher::Counts& deliveries() const { return dispatcher_.counts(); }

private:
    net::Runtime& runtime_;
    WorkerPool names_{"hook names", 4, 256};
    http::Client client_;
    control::EventFeed feed_;
    control::WebhookService webhooks_;
    control::WebhookDispatcher dispatcher_;
};

}  // namespace tally::app
