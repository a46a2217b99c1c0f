#include "control/webhook/webhook_dispatcher.hpp"

#include "base/log.hpp"
#include "control/event/event_repository.hpp"
#include "control/event/event_view.hpp"
#include "control/event/outbox.hpp"
#include "control/store_retry.hpp"
#include "control/webhook/signature.hpp"
#include "control/webhook/webhook_repository.hpp"
#include "net/spawn.hpp"

#include <random>

namespace tally::control {

namespace {

constexpr std::size_t events_at_once = 100;
constexpr std::size_t most_under_way = 64;
constexpr std::size_t most_of_endpoint = 8;
constexpr std::chrono::seconds longest_sleep{60};
constexpr std::chrono::days retention{30};
constexpr std::chrono::hours between_clean_ups{1};
constexpr http::ClientLimits limits{.response_bytes = 64 * 1024};

/// A test is for its endpoint alone.
bool hears_of(const Webhook& webhook, const Event& event) {
    if (event.sequence <= webhook.starts_after) return false;
    if (event.type == "webhook.test") return event.resource_id == webhook.id.text();
    return matches(webhook.events, event.type);
}

Delivery delivery_of(const Event& event, const Webhook& webhook, Time now) {
    Delivery delivery;
    delivery.id = DeliveryId::make(now);
    delivery.endpoint_id = webhook.id;
    delivery.event_id = event.id;
    delivery.sequence = event.sequence;
    delivery.resource_id = event.resource_id;
    delivery.created_at = now;
    delivery.next_attempt_at = now;
    return delivery;
}

double random_share() {
    thread_local std::minstd_rand random{std::random_device()()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

}  // namespace

Async<> WebhookDispatcher::run() {
    bell_ = parts_.feed.follow(home_);
    while (bell_ && !parts_.feed.is_closed()) {
        std::chrono::milliseconds sleep = retry_store;
        try {
            co_await settle();
            sleep = until(co_await next_attempt());
        } catch (const sql::Unavailable&) {
            log::warn("webhooks.wait", {{"reason", "the store is away"}});
        }
        co_await bell_->wait(sleep);
    }
}

/// Starts every attempt that may be made now.
Async<> WebhookDispatcher::settle() {
    while (co_await plan()) {
    }
    for (auto& attempt : co_await due()) {
        under_way_.insert(attempt.delivery.id);
        net::spawn(home_, "webhook", attempt_and_forget(std::move(attempt)));
    }
    if (!cleaned_up_at_ || parts_.clock.now() - *cleaned_up_at_ > between_clean_ups) co_await clean_up();
}

Async<> WebhookDispatcher::attempt_and_forget(Attempt attempt) {
    const auto id = attempt.delivery.id;
    try {
        co_await this->attempt(std::move(attempt));
    } catch (const sql::Unavailable&) {
        log::warn("webhook.not_noted", {{"delivery", id.text()}, {"reason", "the store is away"}});
    }
    under_way_.erase(id);
    if (bell_) bell_->ring();
}

Async<bool> WebhookDispatcher::plan() {
    if (progress_ && *progress_ >= parts_.feed.newest()) co_return false;
    progress_ = co_await parts_.database.transact([now = parts_.clock.now()](sql::Session& session) {
        DeliveryRepository deliveries(session);
        auto progress = deliveries.progress();
        const auto webhooks = WebhookRepository(session).enabled();
        if (webhooks.empty()) return EventRepository(session).newest();
        // Nobody hears of what was before: after a time without endpoints that may be much.
        progress = std::max(progress, std::ranges::min(webhooks, {}, &Webhook::starts_after).starts_after);
        for (const auto& event : EventRepository(session).after(progress, events_at_once)) {
            progress = event.sequence;
            for (const auto& webhook : webhooks)
                if (hears_of(webhook, event)) deliveries.insert(delivery_of(event, webhook, now));
        }
        deliveries.set_progress(progress);
        return progress;
    });
    co_return *progress_ < parts_.feed.newest();
}

Async<std::vector<WebhookDispatcher::Attempt>> WebhookDispatcher::due() {
    co_return co_await parts_.database.read([now = parts_.clock.now(), busy = under_way_](auto& session) {
        std::vector<Attempt> attempts;
        for (const auto& webhook : WebhookRepository(session).enabled()) {
            for (auto& delivery : DeliveryRepository(session).due(webhook.id, now, most_of_endpoint)) {
                if (busy.size() + attempts.size() >= most_under_way) return attempts;
                if (!busy.contains(delivery.id)) attempts.push_back({std::move(delivery), webhook});
            }
        }
        return attempts;
    });
}

Async<> WebhookDispatcher::attempt(Attempt attempt) {
    const auto outcome = co_await call(attempt);
    const auto now = parts_.clock.now();
    bool given_up = false;
    co_await parts_.database.transact([&](sql::Session& session) {
        DeliveryRepository deliveries(session);
        // Deleted or given up meanwhile.
        auto delivery = deliveries.find(attempt.delivery.id);
        auto webhook = WebhookRepository(session).find(attempt.webhook.id);
        if (!delivery || !webhook || !delivery->next_attempt_at) return true;
        const bool disabled = conclude(*delivery, *webhook, outcome, random_share(), now);
        given_up = disabled || delivery->status == DeliveryStatus::failed;
        deliveries.update(*delivery);
        WebhookRepository(session).update(*webhook);
        if (!disabled) return true;
        deliveries.give_up(webhook->id);
        Outbox(session, now)
            .append("webhook.endpoint_disabled", {"webhook", webhook->id.text()}, webhook_json(*webhook));
        return true;
    });
    auto& failed = given_up ? counts_.given_up : counts_.retried;
    ++(outcome.succeeded() ? counts_.succeeded : failed);
    if (!outcome.succeeded())
        log::info(
            "webhook.failed",
            {{"webhook", attempt.webhook.id.text()},
             {"event", attempt.delivery.event_id},
             {"attempt", attempt.delivery.attempt + 1},
             {"error", outcome.error}}
        );
}

Async<AttemptOutcome> WebhookDispatcher::call(const Attempt& attempt) {
    const auto event = co_await parts_.database.read([&](sql::Session& session) {
        return EventRepository(session).find(attempt.delivery.event_id);
    });
    if (!event) co_return AttemptOutcome{.error = "the event is no longer kept"};
    auto url = http::parse_url(attempt.webhook.url);
    if (!url) co_return AttemptOutcome{.error = url.error().context};
    const auto now = parts_.clock.now();
    http::ClientRequest request{.method = http::Method::post, .url = *std::move(url), .limits = limits};
    request.body = json::print(event_json(*event, parts_.feed.urls()));
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    request.headers = webhook_headers(
        event->id, seconds, parts_.secrets.sign(attempt.webhook, event->id, now, request.body)
    );
    const auto called = parts_.clock.monotonic();
    const auto response = co_await parts_.send(std::move(request));
    AttemptOutcome outcome{.latency = std::chrono::round<Milliseconds>(parts_.clock.monotonic() - called)};
    if (!response) {
        outcome.error = response.error().context;
        co_return outcome;
    }
    outcome.response_code = response->status;
    if (response->status < 200 || response->status > 299)
        outcome.error = fmt::format("the receiver answered {}", response->status);
    co_return outcome;
}

Async<std::optional<Time>> WebhookDispatcher::next_attempt() {
    co_return co_await parts_.database.read([now = parts_.clock.now()](sql::Session& session) {
        return DeliveryRepository(session).next_attempt(now);
    });
}

Async<> WebhookDispatcher::clean_up() {
    cleaned_up_at_ = parts_.clock.now();
    co_await parts_.database.transact([before = *cleaned_up_at_ - retention](sql::Session& session) {
        DeliveryRepository(session).remove_before(before);
        return true;
    });
}

/// The wall clock may be set: never long without looking at it.
std::chrono::milliseconds WebhookDispatcher::until(std::optional<Time> next) const {
    if (!next) return longest_sleep;
    return std::clamp<Milliseconds>(*next - parts_.clock.now(), Milliseconds(1), longest_sleep);
}

}  // namespace tally::control
