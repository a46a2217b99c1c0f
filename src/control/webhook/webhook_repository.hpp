// Webhook endpoints and their deliveries in the store.
#pragma once

#include "control/event/event.hpp"
#include "control/page.hpp"
#include "control/webhook/webhook.hpp"

namespace tally::control {

class WebhookRepository {
public:
    explicit WebhookRepository(sql::Session& session) : session_(session) {}

    std::optional<Webhook> find(const WebhookId& id);
    Page<Webhook> list(const PageRequest& request);
    /// Those that events are for.
    std::vector<Webhook> enabled();
    std::size_t count();
    void insert(const Webhook& webhook);
    void update(const Webhook& webhook);
    /// With its deliveries.
    void remove(const WebhookId& id);

private:
    sql::Session& session_;
};

class DeliveryRepository {
public:
    explicit DeliveryRepository(sql::Session& session) : session_(session) {}

    std::optional<Delivery> find(const DeliveryId& id);
    Page<Delivery> list(
        const WebhookId& endpoint, std::optional<DeliveryStatus> status, const PageRequest& request
    );
    /// The endpoint's whose time has come, in the order of the events: of each resource only the first that
    /// waits, so that a receiver never hears of a later change before an earlier one.
    std::vector<Delivery> due(const WebhookId& endpoint, Time now, std::size_t limit);
    std::optional<Time> next_attempt(Time after);
    void insert(const Delivery& delivery);
    void update(const Delivery& delivery);
    /// What still waits for the endpoint is given up.
    void give_up(const WebhookId& endpoint);
    void remove_before(Time time);

    /// Sequence of the last event of which deliveries were made.
    std::int64_t progress();
    void set_progress(std::int64_t sequence);

private:
    sql::Session& session_;
};

}  // namespace tally::control
