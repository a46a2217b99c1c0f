#include "control/webhook/webhook_attempt.hpp"

#include <array>

namespace tally::control {

namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr auto delays = std::to_array<Milliseconds>({
    seconds(5),
    minutes(5),
    minutes(30),
    hours(2),
    hours(5),
    hours(10),
    hours(14),
    hours(20),
    hours(24),
});
constexpr double most_jitter = 0.1;
constexpr std::chrono::days failing_after{1};
constexpr std::chrono::days disabled_after{5};
constexpr int gone = 410;

}  // namespace

std::optional<Milliseconds> retry_delay(std::int64_t attempt, double jitter) {
    if (attempt < 1 || attempt > std::ssize(delays)) return std::nullopt;
    const std::chrono::duration<double, std::milli> delay = delays.at(static_cast<std::size_t>(attempt - 1));
    return std::chrono::round<Milliseconds>(delay * (1 + most_jitter * (2 * jitter - 1)));
}

bool conclude(Delivery& delivery, Webhook& webhook, const AttemptOutcome& outcome, double jitter, Time now) {
    ++delivery.attempt;
    delivery.response_code = outcome.response_code;
    delivery.latency_ms = outcome.latency.count();
    delivery.next_attempt_at.reset();
    if (outcome.succeeded()) {
        delivery.status = DeliveryStatus::succeeded;
        delivery.error.reset();
        webhook.last_success_at = now;
        webhook.failing_since.reset();
        webhook.failure_count = 0;
        if (webhook.status == WebhookStatus::failing) webhook.status = WebhookStatus::enabled;
        return false;
    }
    delivery.error = outcome.error;
    if (const auto delay = retry_delay(delivery.attempt, jitter))
        delivery.next_attempt_at = now + *delay;
    else
        delivery.status = DeliveryStatus::failed;
    if (webhook.status == WebhookStatus::disabled) return false;
    ++webhook.failure_count;
    if (!webhook.failing_since) webhook.failing_since = now;
    const auto failing = now - *webhook.failing_since;
    if (failing >= failing_after) webhook.status = WebhookStatus::failing;
    if (failing < disabled_after && outcome.response_code != gone) return false;
    webhook.status = WebhookStatus::disabled;
    return true;
}

}  // namespace tally::control
