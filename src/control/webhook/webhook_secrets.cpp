#include "control/webhook/webhook_secrets.hpp"

#include "control/webhook/signature.hpp"

#include <fmt/format.h>

namespace tally::control {

std::string WebhookSecrets::secret_of(const Webhook& webhook) const {
    return "whsec_" + to_base64(key(webhook, webhook.secret_generation));
}

std::string WebhookSecrets::sign(
    const Webhook& webhook, std::string_view event_id, Time now, std::string_view body
) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const auto signature = [&](std::int64_t generation) {
        return webhook_signature(key(webhook, generation), event_id, seconds, body);
    };
    auto signatures = signature(webhook.secret_generation);
    if (webhook.old_secret_until && now < *webhook.old_secret_until)
        signatures += ' ' + signature(webhook.secret_generation - 1);
    return signatures;
}

Digest WebhookSecrets::key(const Webhook& webhook, std::int64_t generation) const {
    return secret_.sign("webhook secret", fmt::format("{}\n{}", webhook.id.text(), generation));
}

}  // namespace tally::control
