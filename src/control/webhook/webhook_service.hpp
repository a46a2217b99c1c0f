// Use cases of webhook endpoints, one transaction each.
#pragma once

#include "control/idempotency/kept_answer.hpp"
#include "control/problems.hpp"
#include "control/webhook/webhook_repository.hpp"
#include "control/webhook/webhook_secrets.hpp"
#include "sql/database.hpp"

namespace tally::control {

struct NewWebhook {
    std::string url;
    std::vector<std::string> events{};
};
BOOST_DESCRIBE_STRUCT(NewWebhook, (), (url, events))

/// Absent members stay as they are.
struct WebhookFields {
    std::optional<std::string> url{};
    std::optional<std::vector<std::string>> events{};
    std::optional<WebhookStatus> status{};  // enabled or disabled
};
BOOST_DESCRIBE_STRUCT(WebhookFields, (), (url, events, status))

class WebhookService {
public:
    struct Options {
        bool allow_http = false;  // for development: receivers without TLS
    };

    WebhookService(sql::Database& database, const Clock& clock, WebhookSecrets secrets, Options options)
        : database_(database),
          clock_(clock),
          secrets_(std::move(secrets)),
          options_(options) {}

    /// Hears of what happens from now on. 409 too_many_webhooks beyond fifty.
    Async<Outcome<Webhook>> create(NewWebhook request, Alongside<Webhook> alongside = {});
    Async<Outcome<Webhook>> get(WebhookId id);
    Async<Page<Webhook>> list(PageRequest page);
    /// Enabled again, it hears of what happens from now on; what it missed can be replayed.
    Async<Outcome<Webhook>> patch(WebhookId id, WebhookFields fields);
    Async<Outcome<Webhook>> remove(WebhookId id);
    /// A new secret; for a day the one before signs too.
    Async<Outcome<Webhook>> rotate_secret(WebhookId id, Alongside<Webhook> alongside = {});
    /// Tells this endpoint alone of an event webhook.test.
    Async<Outcome<void>> test(WebhookId id);

    Async<Outcome<Page<Delivery>>> deliveries(
        WebhookId id, std::optional<DeliveryStatus> status, PageRequest page
    );
    /// A new delivery of the same event, at once.
    Async<Outcome<Delivery>> redeliver(WebhookId id, DeliveryId delivery, Alongside<Delivery> alongside = {});

    /// For who made the endpoint or the secret, and for nobody later.
    std::string secret_of(const Webhook& webhook) const { return secrets_.secret_of(webhook); }

private:
    json::FieldErrors check(const std::optional<std::string>& url, const std::vector<std::string>& events)
        const;

    sql::Database& database_;
    const Clock& clock_;
    WebhookSecrets secrets_;
    Options options_;
};

}  // namespace tally::control
