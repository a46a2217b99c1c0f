#include "control/webhook/webhook_service.hpp"

#include "control/event/event_repository.hpp"
#include "control/event/outbox.hpp"
#include "http/client/url.hpp"
#include "json/checks.hpp"

namespace tally::control {

namespace {

constexpr std::size_t most_webhooks = 50;
constexpr std::size_t most_filters = 50;
constexpr std::chrono::days secrets_overlap{1};

std::unexpected<Problem> no_webhook(const WebhookId& id) {
    return control::not_found("webhook", id.text());
}

Delivery again(const Delivery& delivery, Time now) {
    auto copy = delivery;
    copy.id = DeliveryId::make(now);
    copy.status = DeliveryStatus::pending;
    copy.attempt = 0;
    copy.response_code.reset();
    copy.latency_ms.reset();
    copy.error.reset();
    copy.created_at = now;
    copy.next_attempt_at = now;
    return copy;
}

/// Nothing but that somebody deferred work: what waits for news looks for due deliveries.
void wake(sql::Session& session) {
    session.defer([](sql::Session&) {});
}

}  // namespace

json::FieldErrors WebhookService::check(
    const std::optional<std::string>& url, const std::vector<std::string>& events
) const {
    json::Checks checks;
    if (url) {
        const auto parsed = http::parse_url(*url);
        checks.require(parsed.has_value(), "/url", "invalid_value", "must be an https address");
        if (parsed)
            checks.require(
                parsed->secure || options_.allow_http, "/url", "insecure", "must be an https address"
            );
    }
    checks.require(events.size() <= most_filters, "/events", "too_long", "must be 50 at most");
    for (std::size_t i = 0; i < events.size(); ++i)
        checks.require(
            is_type_filter(events[i]),
            fmt::format("/events/{}", i),
            "invalid_value",
            "must be an event type, or a family such as stream.*"
        );
    return checks.take();
}

Async<Outcome<Webhook>> WebhookService::create(NewWebhook request, Alongside<Webhook> alongside) {
    if (auto errors = check(request.url, request.events); !errors.empty())
        co_return validation_failed(std::move(errors));
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Webhook> {
        WebhookRepository webhooks(session);
        if (webhooks.count() >= most_webhooks)
            return http::problem(409, "too_many_webhooks", "There are fifty webhook endpoints already.");
        const auto now = clock_.now();
        Webhook webhook;
        webhook.id = WebhookId::make(now);
        webhook.url = request.url;
        webhook.events = request.events;
        webhook.starts_after = EventRepository(session).newest();
        webhook.created_at = now;
        webhooks.insert(webhook);
        return write_alongside<Webhook>(session, std::move(webhook), alongside);
    });
}

Async<Outcome<Webhook>> WebhookService::get(WebhookId id) {
    co_return co_await database_.read([&](sql::Session& session) -> Outcome<Webhook> {
        if (auto webhook = WebhookRepository(session).find(id)) return *std::move(webhook);
        return no_webhook(id);
    });
}

Async<Page<Webhook>> WebhookService::list(PageRequest page) {
    co_return co_await database_.read([&](sql::Session& session) {
        return WebhookRepository(session).list(page);
    });
}

Async<Outcome<Webhook>> WebhookService::patch(WebhookId id, WebhookFields fields) {
    auto errors = check(fields.url, fields.events.value_or(std::vector<std::string>()));
    if (fields.status == WebhookStatus::failing)
        errors.push_back({"/status", "invalid_value", "must be enabled or disabled"});
    if (!errors.empty()) co_return validation_failed(std::move(errors));
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Webhook> {
        auto webhook = WebhookRepository(session).find(id);
        if (!webhook) return no_webhook(id);
        webhook->url = fields.url.value_or(webhook->url);
        webhook->events = fields.events.value_or(webhook->events);
        const bool was_disabled = webhook->status == WebhookStatus::disabled;
        if (fields.status == WebhookStatus::enabled) {
            if (was_disabled) webhook->starts_after = EventRepository(session).newest();
            webhook->status = WebhookStatus::enabled;
            webhook->failing_since.reset();
            webhook->failure_count = 0;
        }
        if (fields.status == WebhookStatus::disabled) {
            webhook->status = WebhookStatus::disabled;
            DeliveryRepository(session).give_up(id);
        }
        WebhookRepository(session).update(*webhook);
        return *std::move(webhook);
    });
}

Async<Outcome<Webhook>> WebhookService::remove(WebhookId id) {
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Webhook> {
        auto webhook = WebhookRepository(session).find(id);
        if (!webhook) return no_webhook(id);
        WebhookRepository(session).remove(id);
        return *std::move(webhook);
    });
}

Async<Outcome<Webhook>> WebhookService::rotate_secret(WebhookId id, Alongside<Webhook> alongside) {
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Webhook> {
        auto webhook = WebhookRepository(session).find(id);
        if (!webhook) return no_webhook(id);
        ++webhook->secret_generation;
        webhook->old_secret_until = clock_.now() + secrets_overlap;
        WebhookRepository(session).update(*webhook);
        return write_alongside<Webhook>(session, *std::move(webhook), alongside);
    });
}

Async<Outcome<void>> WebhookService::test(WebhookId id) {
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<void> {
        const auto webhook = WebhookRepository(session).find(id);
        if (!webhook) return no_webhook(id);
        if (webhook->status == WebhookStatus::disabled)
            return http::problem(409, "webhook_disabled", "The endpoint is disabled: enable it first.");
        Outbox(session, clock_.now()).append("webhook.test", {"webhook", id.text()}, webhook_json(*webhook));
        return {};
    });
}

Async<Outcome<Page<Delivery>>> WebhookService::deliveries(
    WebhookId id, std::optional<DeliveryStatus> status, PageRequest page
) {
    co_return co_await database_.read([&](sql::Session& session) -> Outcome<Page<Delivery>> {
        if (!WebhookRepository(session).find(id)) return no_webhook(id);
        return DeliveryRepository(session).list(id, status, page);
    });
}

Async<Outcome<Delivery>> WebhookService::redeliver(
    WebhookId id, DeliveryId delivery, Alongside<Delivery> alongside
) {
    co_return co_await database_.transact([&](sql::Session& session) -> Outcome<Delivery> {
        const auto webhook = WebhookRepository(session).find(id);
        if (!webhook) return no_webhook(id);
        DeliveryRepository deliveries(session);
        const auto found = deliveries.find(delivery);
        if (!found || found->endpoint_id != id) return control::not_found("delivery", delivery.text());
        if (webhook->status == WebhookStatus::disabled)
            return http::problem(409, "webhook_disabled", "The endpoint is disabled: enable it first.");
        if (!EventRepository(session).find(found->event_id))
            return http::problem(410, "event_expired", "The event is older than 30 days.");
        auto copy = again(*found, clock_.now());
        deliveries.insert(copy);
        wake(session);
        return write_alongside<Delivery>(session, std::move(copy), alongside);
    });
}

}  // namespace tally::control
