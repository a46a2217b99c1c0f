// Sends events to webhook endpoints until they are taken or given up. What is to be sent is in the store: an
// end of the process at any point loses nothing, and at worst repeats a delivery with the same event id.
#pragma once

#include "control/event/event_feed.hpp"
#include "control/webhook/webhook_attempt.hpp"
#include "control/webhook/webhook_secrets.hpp"
#include "http/client/client.hpp"

#include <set>

namespace tally::control {

/// Makes the call.
using SendHook = std::function<Task<http::ClientResponse>(http::ClientRequest)>;

class WebhookDispatcher {
public:
    struct Parts {
        sql::Database& database;
        const Clock& clock;
        EventFeed& feed;
        WebhookSecrets secrets;
        SendHook send;
    };

    /// What became of attempts, of this process.
    struct Counts {
        std::atomic<std::uint64_t> succeeded = 0;
        std::atomic<std::uint64_t> retried = 0;   // failed, and will be tried again
        std::atomic<std::uint64_t> given_up = 0;  // failed for the last time
    };

    WebhookDispatcher(Executor home, Parts parts) : home_(std::move(home)), parts_(std::move(parts)) {}

    const Counts& counts() const { return counts_; }

    /// Delivers what comes and what is due, several at once, until the feed is closed.
    Async<> run();

    /// Notes which endpoints hear of the events that are new. True when there may be more.
    Async<bool> plan();

    /// What is due and not under way, some of each endpoint.
    struct Attempt {
        Delivery delivery;
        Webhook webhook;
    };

    Async<std::vector<Attempt>> due();
    /// One attempt, and what follows from it.
    Async<> attempt(Attempt attempt);
    /// When the next retry is due.
    Async<std::optional<Time>> next_attempt();

private:
    Async<> settle();
    Async<> attempt_and_forget(Attempt attempt);
    Async<AttemptOutcome> call(const Attempt& attempt);
    Async<> clean_up();
    std::chrono::milliseconds until(std::optional<Time> next) const;

    Executor home_;
    Parts parts_;
    Counts counts_;
    std::shared_ptr<EventFeed::Bell> bell_;
    std::optional<std::int64_t> progress_;
    std::set<DeliveryId> under_way_;
    std::optional<Time> cleaned_up_at_;
};

}  // namespace tally::control
