// What an attempt to deliver leads to: when the next one is, and what its endpoint has become.
#pragma once

#include "control/webhook/webhook.hpp"

namespace tally::control {

/// What a receiver gave.
struct AttemptOutcome {
    std::optional<std::int64_t> response_code{};
    Milliseconds latency{};
    std::string error{};  // empty: a 2xx answer

    bool succeeded() const { return error.empty(); }
};

/// How long after attempt `attempt` (1 is the first) the next one is; empty after the last. `jitter` of 0 to
/// 1 moves it by up to a tenth either way, so that receivers are not hit by everything at once.
std::optional<Milliseconds> retry_delay(std::int64_t attempt, double jitter);

/// Notes the outcome in both. True when the endpoint was disabled by it.
bool conclude(Delivery& delivery, Webhook& webhook, const AttemptOutcome& outcome, double jitter, Time now);

}  // namespace tally::control
