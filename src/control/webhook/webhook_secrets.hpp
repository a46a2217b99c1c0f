// Signatures of Standard Webhooks. Secrets are derived, not stored, as stream keys are (docs/decisions/0004).
#pragma once

#include "control/secret.hpp"
#include "control/webhook/webhook.hpp"

namespace tally::control {

class WebhookSecrets {
public:
    explicit WebhookSecrets(Secret secret) : secret_(std::move(secret)) {}

    /// "whsec_" and 256 bits in base64: the same every time for one generation.
    std::string secret_of(const Webhook& webhook) const;

    /// The header webhook-signature: "v1,..." for each secret that is valid at `now`, separated by spaces.
    std::string sign(const Webhook& webhook, std::string_view event_id, Time now, std::string_view body)
        const;

private:
    Digest key(const Webhook& webhook, std::int64_t generation) const;

    Secret secret_;
};

}  // namespace tally::control
