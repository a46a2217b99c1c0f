#include "control/webhook/webhook_repository.hpp"

#include <fmt/format.h>

namespace tally::control {

namespace {

struct Number {
    std::int64_t value = 0;
};
BOOST_DESCRIBE_STRUCT(Number, (), (value))

}  // namespace

std::optional<Webhook> WebhookRepository::find(const WebhookId& id) {
    return session_.find<Webhook>("select * from webhook_endpoints where id = :id", {{"id", id}});
}

Page<Webhook> WebhookRepository::list(const PageRequest& request) {
    const Selection selection("webhook_endpoints", "created_at");
    return selection.page<Webhook>(session_, request, [](const Webhook& each) { return each.created_at; });
}

std::vector<Webhook> WebhookRepository::enabled() {
    return session_.query<Webhook>("select * from webhook_endpoints where status <> 'disabled'");
}

std::size_t WebhookRepository::count() {
    return session_.rows("select id from webhook_endpoints").size();
}

void WebhookRepository::insert(const Webhook& webhook) {
    session_.insert("webhook_endpoints", webhook);
}

void WebhookRepository::update(const Webhook& webhook) {
    session_.update("webhook_endpoints", webhook);
}

void WebhookRepository::remove(const WebhookId& id) {
    session_.execute("delete from webhook_deliveries where endpoint_id = :id", {{"id", id}});
    session_.execute("delete from webhook_endpoints where id = :id", {{"id", id}});
}

std::optional<Delivery> DeliveryRepository::find(const DeliveryId& id) {
    return session_.find<Delivery>("select * from webhook_deliveries where id = :id", {{"id", id}});
}

Page<Delivery> DeliveryRepository::list(
    const WebhookId& endpoint, std::optional<DeliveryStatus> status, const PageRequest& request
) {
    Selection selection("webhook_deliveries", "created_at");
    selection.where("endpoint_id = :endpoint", {{"endpoint", endpoint}});
    if (status) selection.where("status = :status", {{"status", *status}});
    return selection.page<Delivery>(session_, request, [](const Delivery& each) { return each.created_at; });
}

std::vector<Delivery> DeliveryRepository::due(const WebhookId& endpoint, Time now, std::size_t limit) {
    return session_.query<Delivery>(
        fmt::format(
            "select * from webhook_deliveries where endpoint_id = :endpoint and next_attempt_at <= :now and "
            "not exists"
            " (select 1 from webhook_deliveries earlier where earlier.next_attempt_at is not null"
            " and earlier.endpoint_id = webhook_deliveries.endpoint_id"
            " and earlier.resource_id = webhook_deliveries.resource_id"
            " and earlier.sequence < webhook_deliveries.sequence) order by sequence limit {}",
            limit
        ),
        {{"endpoint", endpoint}, {"now", now}}
    );
}

std::optional<Time> DeliveryRepository::next_attempt(Time after) {
    const auto next = session_.find<Delivery>(
        "select * from webhook_deliveries where next_attempt_at > :after order by next_attempt_at limit 1",
        {{"after", after}}
    );
    return next ? next->next_attempt_at : std::nullopt;
}

void DeliveryRepository::insert(const Delivery& delivery) {
    session_.insert("webhook_deliveries", delivery);
}

void DeliveryRepository::update(const Delivery& delivery) {
    session_.update("webhook_deliveries", delivery);
}

void DeliveryRepository::give_up(const WebhookId& endpoint) {
    session_.execute(
        "update webhook_deliveries set status = 'failed', next_attempt_at = null"
        " where endpoint_id = :endpoint and next_attempt_at is not null",
        {{"endpoint", endpoint}}
    );
}

void DeliveryRepository::remove_before(Time time) {
    session_.execute(
        "delete from webhook_deliveries where created_at < :time and next_attempt_at is null",
        {{"time", time}}
    );
}

std::int64_t DeliveryRepository::progress() {
    const auto progress =
        session_.find<Number>("select sequence as value from webhook_progress where id = 1");
    return progress ? progress->value : 0;
}

void DeliveryRepository::set_progress(std::int64_t sequence) {
    session_.execute(
        "update webhook_progress set sequence = :sequence where id = 1", {{"sequence", sequence}}
    );
}

}  // namespace tally::control
