#include "analytics/session/engine.hpp"

#include "analytics/session/on_executor.hpp"
#include "net/spawn.hpp"

#include <boost/asio/post.hpp>

#include <ranges>

namespace tally::analytics {
namespace {

constexpr std::size_t hand_over_size = 256;
constexpr std::chrono::milliseconds hand_over_interval{100};
constexpr std::chrono::seconds settled_for{5};  // one settling answers everyone who asks meanwhile

Async<> hand_over_often(std::shared_ptr<std::function<bool()>> hand_over, Executor executor) {
    net::Timer timer(executor);
    while ((*hand_over)()) {
        timer.expires_after(hand_over_interval);
        co_await timer.async_wait(as_result);
    }
}

}  // namespace

Engine::Engine(Parts parts) : parts_(std::move(parts)), epoch_(parts_.clock.now()) {
    const auto count = parts_.executors.size();
    for (const auto& executor : parts_.executors) {
        auto presences = [this](const PresenceChange& change) { change_presence(change); };
        lanes_.push_back(std::make_unique<Lane>(
            executor, parts_.clock, parts_.store, parts_.classify, std::move(presences)
        ));
        lanes_.back()->outgoing.resize(count);
    }
    timer_ = std::make_shared<net::Timer>(parts_.executors.front());
}

BroadcastPtr Engine::open(const BroadcastId& broadcast, const ChannelId& channel) {
    return broadcasts_.open(broadcast, channel, parts_.clock.now());
}

void Engine::reopen(const BroadcastId& broadcast, const ChannelId& channel, Time ended) {
    if (broadcasts_.find(broadcast.text())) return;
    open(broadcast, channel)->closed = ended.time_since_epoch().count();
}

std::size_t Engine::index_here() const {
    for (std::size_t i = 0; i < lanes_.size(); ++i)
        if (lanes_[i]->executor().running_in_this_thread()) return i;
    return 0;
}

Lane& Engine::here() {
    return *lanes_[index_here()];
}

void Engine::take(Delivery delivery) {
    const auto here = index_here();
    if (delivery.session == 0) {
        const auto lane = delivery.alias % lanes_.size();
        return send(here, lane, std::move(delivery));
    }
    if (delivery.alias != 0) tell_name(here, delivery);
    const auto to = delivery.session % lanes_.size();
    send(here, to, std::move(delivery));
}

/// To the lane that knows which view unnamed requests belong to.
void Engine::tell_name(std::size_t from, const Delivery& delivery) {
    Delivery name;
    name.kind = Delivery::Kind::name;
    name.session = delivery.session;
    name.alias = delivery.alias;
    name.broadcast = delivery.broadcast;
    if (delivery.kind == Delivery::Kind::media) name.bytes = delivery.bytes;
    send(from, delivery.alias % lanes_.size(), std::move(name));
}

void Engine::send(std::size_t from, std::size_t to, Delivery delivery) {
    if (from == to) {
        auto rest = arrive(to, delivery, parts_.clock.now());
        if (rest) {
            const auto lane = rest->session % lanes_.size();
            send(from, lane, *std::move(rest));
        }
        return;
    }
    auto& waiting = lanes_[from]->outgoing[to];
    waiting.push_back(std::move(delivery));
    if (waiting.size() >= hand_over_size) hand_over(*lanes_[from]);
}

/// What has to go on to another lane.
std::optional<Delivery> Engine::arrive(std::size_t lane, const Delivery& delivery, Time now) {
    auto& target = *lanes_[lane];
    if (delivery.kind == Delivery::Kind::name) {
        if (target.aliases().name(delivery, now)) return std::nullopt;
        auto idle = delivery;
        idle.kind = Delivery::Kind::idle;
        return idle;
    }
    if (delivery.session != 0) {
        target.shard().take(delivery, now);
        return std::nullopt;
    }
    auto named = delivery;
    named.session = target.aliases().resolve(delivery, now);
    return named.session == 0 ? std::nullopt : std::optional(std::move(named));
}

/// Many at a time: a post costs more than what it carries.
void Engine::hand_over(Lane& lane) {
    for (std::size_t to = 0; to < lanes_.size(); ++to) {
        if (lane.outgoing[to].empty()) continue;
        asio::post(lanes_[to]->executor(), [this, to, deliveries = std::exchange(lane.outgoing[to], {})] {
            const auto now = parts_.clock.now();
            for (const auto& delivery : deliveries)
                if (auto rest = arrive(to, delivery, now)) {
                    const auto lane = rest->session % lanes_.size();
                    send(to, lane, *std::move(rest));
                }
        });
    }
}

void Engine::change_presence(const PresenceChange& change) {
    auto& target = *lanes_[change.viewer % lanes_.size()];
    if (lanes_.size() == 1 || target.executor().running_in_this_thread()) return target.shard().take(change);
    asio::post(target.executor(), [&target, change] { target.shard().take(change); });
}

Async<Taken> Engine::take(PlayerReport report) {
    co_return lane_of(report.beacon.session).shard().take(report, parts_.clock.now());
}

void Engine::run() {
    running_ = true;
    for (const auto& lane : lanes_) {
        net::spawn(lane->executor(), "audience", lane->run());
        if (lanes_.size() == 1) continue;
        auto work = std::make_shared<std::function<bool()>>([this, &lane = *lane] {
            hand_over(lane);
            return !stopped_;
        });
        net::spawn(lane->executor(), "audience deliveries", hand_over_often(work, lane->executor()));
    }
    net::spawn(parts_.executors.front(), "audience snapshots", every_second());
}

Async<> Engine::every_second() {
    while (!stopped_) {
        timer_->expires_after(std::chrono::seconds(1));
        co_await timer_->async_wait(as_result);
        if (!stopped_) co_await tick();
    }
}

Task<std::vector<SessionFacts>> Engine::stored_views(BroadcastId broadcast, std::vector<SessionKey> keys) {
    const auto found = std::make_shared<std::vector<SessionFacts>>();
    const auto read = co_await parts_.archive.read([found, broadcast, keys](FactReader& reader) {
        found->clear();
        for (const auto key : keys)
            if (auto view = reader.session(broadcast, key)) found->push_back(*std::move(view));
    });
    if (!read) co_return std::unexpected(read.error());
    co_return std::move(*found);
}

Async<> Engine::settle(BroadcastId broadcast) {
    const auto entry = broadcasts_.find(broadcast.text());
    if (!entry) co_return;
    co_await on_executor(parts_.executors.front(), [this, entry]() -> Async<> {
        auto& settling = settlings_[entry->id];
        if (settling.running) {
            const auto over = settling.over;
            co_return co_await over->wait();
        }
        if (settling.done != Instant{} && parts_.clock.monotonic() - settling.done < settled_for) co_return;
        settling.running = true;
        settling.over = std::make_shared<net::Signal>(parts_.executors.front());
        co_await settle_all_lanes(entry);
        const auto found = settlings_.find(entry->id);
        if (found == settlings_.end()) co_return;
        found->second.running = false;
        found->second.done = parts_.clock.monotonic();
        found->second.over->notify();
    });
}

Async<> Engine::settle_all_lanes(BroadcastPtr broadcast) {
    for (const auto& lane : lanes_)
        co_await on_executor(lane->executor(), [broadcast, &lane = *lane]() -> Async<> {
            co_await lane.store(broadcast.get());
        });
    co_await store_series(true, broadcast.get());
}

Async<> Engine::close(BroadcastId broadcast) {
    const auto entry = broadcasts_.find(broadcast.text());
    if (!entry || entry->closed != 0) co_return;
    co_await on_executor(parts_.executors.front(), [this, entry]() -> Async<> {
        co_await refresh(entry);
        const auto now = parts_.clock.now();
        entry->closed = now.time_since_epoch().count();
        for (const auto& lane : lanes_)
            co_await on_executor(lane->executor(), [entry, now, &lane = *lane]() -> Async<> {
                lane.shard().close(*entry, now);
                co_return;
            });
        co_await settle_all_lanes(entry);
        co_await refresh(entry);
    });
}

Async<std::size_t> Engine::erase_viewer(ViewerKey viewer) {
    std::size_t erased = 0;
    for (const auto& lane : lanes_)
        erased +=
            co_await on_executor(lane->executor(), [this, viewer, &lane = *lane]() -> Async<std::size_t> {
                co_return lane.shard().erase_viewer(viewer, parts_.clock.now());
            });
    co_return erased;
}

Async<> Engine::stop() {
    if (stopped_.exchange(true)) co_return;
    for (const auto& lane : lanes_)
        co_await on_executor(lane->executor(), [&lane = *lane]() -> Async<> {
            lane.stop();
            co_await lane.store(nullptr);
        });
    co_await on_executor(parts_.executors.front(), [this]() -> Async<> {
        timer_->cancel();
        co_await store_series(true);
    });
}

Async<> Engine::restore_on_lane(OpenSession open, BroadcastPtr broadcast, Time counted) {
    auto& lane = lane_of(open.session.session);
    co_await on_executor(lane.executor(), [this, &lane, &open, &broadcast, counted]() -> Async<> {
        lane.shard().restore(open, broadcast, counted, parts_.clock.now());
        co_return;
    });
}

Async<> Engine::restore_gone(std::shared_ptr<Recalled> recalled, BroadcastPtr broadcast) {
    for (const auto& lane : lanes_)
        co_await on_executor(lane->executor(), [this, &lane = *lane, recalled, broadcast]() -> Async<> {
            for (const auto key : recalled->gone)
                if (&lane_of(key) == &lane) lane.shard().restore_gone(key, *broadcast);
            co_return;
        });
}

/// Nothing more is known of these than when they were seen last.
Task<> Engine::end_in_store(std::vector<OpenSession> views) {
    FactBatch batch;
    for (auto& [facts, minute] : views) {
        facts.ended = facts.last_seen;
        facts.exit = Exit::expired;
        batch.sessions.push_back(std::move(facts));
    }
    if (batch.sessions.empty()) co_return Result<>{};
    co_return co_await parts_.store.append(std::move(batch));
}

Task<> Engine::restore(Sessions reported) {
    const auto named = std::make_shared<const Sessions>(std::move(reported));
    CO_TRY(auto open, co_await parts_.store.open_sessions());
    const auto over = std::ranges::partition(open, [this](const OpenSession& each) {
        const auto entry = broadcasts_.find(each.session.broadcast.text());
        return entry && entry->closed == 0;
    });
    std::vector<OpenSession> ended(std::move_iterator(over.begin()), std::move_iterator(over.end()));
    open.erase(over.begin(), over.end());
    if (auto stored = co_await end_in_store(std::move(ended)); !stored) co_return stored;
    const auto entries = broadcasts_.all();
    std::map<BroadcastPtr, std::shared_ptr<Recalled>> recalled;
    for (const auto& broadcast : *entries | std::views::values) {
        CO_TRY(auto facts, co_await recall(broadcast->id, named));
        recalled.emplace(broadcast, std::move(facts));
    }
    for (auto& each : open) {
        const auto entry = broadcasts_.find(each.session.broadcast.text());
        const auto found = recalled.find(entry);
        const auto counted = found == recalled.end() ? Time() : found->second->counted();
        co_await restore_on_lane(std::move(each), entry, counted);
    }
    for (const auto& [broadcast, facts] : recalled) {
        for (auto& view : facts->reported)
            co_await restore_on_lane({.session = std::move(view)}, broadcast);
        co_await restore_gone(facts, broadcast);
        series_of(broadcast).restore(facts->rows, facts->views, facts->uniques);
    }
    co_return Result<>{};
}

Task<std::shared_ptr<Engine::Recalled>> Engine::recall(
    BroadcastId broadcast, std::shared_ptr<const Sessions> reported
) {
    const auto recalled = std::make_shared<Recalled>();
    const auto read = co_await parts_.archive.read([recalled, reported, broadcast](FactReader& reader) {
        *recalled = {};
        recalled->rows = reader.audience(broadcast);
        reader.sessions(broadcast, ViewColumns::all, [&](const SessionFacts& facts) {
            if (!facts.ended) return;
            if (reported->contains(facts.session)) {
                recalled->reported.push_back(facts);
                return;
            }
            recalled->gone.push_back(facts.session);
            if (!facts.first_frame || facts.validity == Validity::invalid) return;
            ++recalled->views;
            recalled->uniques.add(facts.viewer);
        });
    });
    if (!read) co_return std::unexpected(read.error());
    co_return recalled;
}

}  // namespace tally::analytics
