// Webhook endpoints, and what is delivered to them.
#pragma once

#include "control/columns.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

namespace tally::control {

struct WebhookKind {
    static constexpr std::string_view prefix = "wh";
};

struct DeliveryKind {
    static constexpr std::string_view prefix = "dl";
};

using WebhookId = Id<WebhookKind>;
using DeliveryId = Id<DeliveryKind>;

/// `failing` after a day without a success, `disabled` after five, or when the receiver answers 410.
enum class WebhookStatus : std::uint8_t { enabled, failing, disabled };
BOOST_DESCRIBE_ENUM(WebhookStatus, enabled, failing, disabled)

/// A row of `webhook_endpoints`.
struct Webhook {
    WebhookId id;
    std::string url;
    std::vector<std::string> events;  // types and families as "stream.*"; none: all but heartbeats
    WebhookStatus status = WebhookStatus::enabled;
    std::int64_t secret_generation = 1;
    std::optional<Time> old_secret_until;  // until then the secret before signs too
    std::int64_t starts_after = 0;         // sequence of the last event that is not for it
    Time created_at;
    std::optional<Time> last_success_at;
    std::optional<Time> failing_since;
    std::int64_t failure_count = 0;  // attempts in a row
};
BOOST_DESCRIBE_STRUCT(
    Webhook,
    (),
    (id,
     url,
     events,
     status,
     secret_generation,
     old_secret_until,
     starts_after,
     created_at,
     last_success_at,
     failing_since,
     failure_count)
)

enum class DeliveryStatus : std::uint8_t { pending, succeeded, failed };
BOOST_DESCRIBE_ENUM(DeliveryStatus, pending, succeeded, failed)

/// A row of `webhook_deliveries`.
struct Delivery {
    DeliveryId id;
    WebhookId endpoint_id;
    std::string event_id;
    std::int64_t sequence = 0;
    std::string resource_id;
    DeliveryStatus status = DeliveryStatus::pending;
    std::int64_t attempt = 0;  // how many were made
    std::optional<std::int64_t> response_code;
    std::optional<std::int64_t> latency_ms;
    std::optional<std::string> error;  // why the last attempt failed
    Time created_at;
    std::optional<Time> next_attempt_at;  // while it is pending
};
BOOST_DESCRIBE_STRUCT(
    Delivery,
    (),
    (id,
     endpoint_id,
     event_id,
     sequence,
     resource_id,
     status,
     attempt,
     response_code,
     latency_ms,
     error,
     created_at,
     next_attempt_at)
)

/// As the API prints them: without what is ours alone.
json::object webhook_json(const Webhook& webhook);
json::object delivery_json(const Delivery& delivery);

}  // namespace tally::control
