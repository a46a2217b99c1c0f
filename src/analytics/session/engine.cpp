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
constexpr std::chrono::minutes farewell{15};    // reports are counted this long after the end
constexpr std::size_t most_departed = 10'000;
constexpr int store_interval = 10;
constexpr std::size_t unsaved_limit = 100'000;

Async<> hand_over_often(std::shared_ptr<std::function<bool()>> hand_over, Executor executor) {
    net::Timer timer(executor);
    while ((*hand_over)()) {
        timer.expires_after(hand_over_interval);
        co_await timer.async_wait(as_result);
    }
}

AudienceSample sample_of_nobody(const BroadcastPtr& broadcast) {
    AudienceSample sample;
    sample.broadcast = broadcast;
    return sample;
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

Async<std::map<BroadcastEntry*, AudienceSample>> Engine::sample() {
    std::map<BroadcastEntry*, AudienceSample> sums;
    for (const auto& lane : lanes_) {
        const auto samples =
            co_await on_executor(lane->executor(), [&lane = *lane]() -> Async<std::vector<AudienceSample>> {
                std::vector<AudienceSample> found;
                lane.shard().for_each_audience([&](const Audience& audience) {
                    found.push_back(AudienceSample::of(audience));
                });
                co_return found;
            });
        for (const auto& each : samples) {
            auto [sum, first] = sums.try_emplace(each.broadcast.get(), each);
            if (!first) sum->second.add(each);
        }
    }
    co_return sums;
}

Async<> Engine::tick() {
    auto sums = co_await sample();
    const auto now = parts_.clock.now();
    auto snapshots = std::make_shared<Snapshots>();
    auto stored_until = Time::max();
    for (const auto& lane : lanes_)
        stored_until = std::min(stored_until, lane->stored_until());
    stored_until_ = stored_until.time_since_epoch().count();
    const auto entries = broadcasts_.all();
    for (const auto& broadcast : *entries | std::views::values) {
        const auto closed = broadcast->closed.load();
        if (closed != 0 && now - Time(Milliseconds(closed)) > farewell) {
            depart(*broadcast);
            settlings_.erase(broadcast->id);
            broadcasts_.remove(broadcast->id);
            for (const auto& lane : lanes_)
                asio::post(lane->executor(), [broadcast, &lane = *lane] { lane.shard().forget(*broadcast); });
            continue;
        }
        auto sum = sums.find(broadcast.get());
        auto sample = sum == sums.end() ? sample_of_nobody(broadcast) : std::move(sum->second);
        snapshots->emplace(broadcast->id.text(), series_of(broadcast).add(std::move(sample), now));
    }
    snapshots_.store(std::move(snapshots));
    if (++seconds_until_store_ < store_interval) co_return;
    seconds_until_store_ = 0;
    co_await store_series(false);
}

LiveSeries& Engine::series_of(const BroadcastPtr& broadcast) {
    auto& series = series_[broadcast->id];
    if (!series) series = std::make_unique<LiveSeries>(broadcast);
    return *series;
}

SnapshotPtr Engine::snapshot(std::string_view broadcast) const {
    const auto snapshots = snapshots_.load();
    const auto found = snapshots->find(std::string(broadcast));
    return found == snapshots->end() ? nullptr : found->second;
}

/// Complete rows and what was lost; a store that is away gets them later.
Async<> Engine::store_series(bool running) {
    FactBatch batch{.audience = std::exchange(unsaved_, {})};
    for (const auto& series : series_ | std::views::values) {
        for (auto& row : series->take_rows(running))
            batch.audience.push_back(std::move(row));
        batch.losses.push_back(series->losses(epoch_));
    }
    for (const auto& broadcast : std::exchange(lately_, {}))
        if (const auto found = departed_.find(broadcast); found != departed_.end())
            batch.losses.push_back(found->second);
    if (batch.audience.empty() && batch.losses.empty()) co_return;
    const auto stored = co_await parts_.store.append(batch);
    if (stored) co_return;
    batch.audience.insert(
        batch.audience.end(),
        std::make_move_iterator(unsaved_.begin()),
        std::make_move_iterator(unsaved_.end())
    );
    unsaved_ = std::move(batch.audience);
    if (unsaved_.size() > unsaved_limit) unsaved_.resize(unsaved_limit);
}

/// What was lost so far is remembered: late reports are added to it.
void Engine::depart(const BroadcastEntry& broadcast) {
    if (departed_.size() >= most_departed) departed_.clear();
    if (const auto series = series_.find(broadcast.id); series != series_.end())
        departed_.emplace(broadcast.id.text(), series->second->losses(epoch_));
    series_.erase(broadcast.id);
}

void Engine::note_late(const std::string& broadcast) {
    asio::post(parts_.executors.front(), [this, broadcast] {
        const auto found = departed_.find(broadcast);
        if (found == departed_.end()) return;
        ++found->second.late;
        lately_.insert(broadcast);
    });
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
    co_await store_series(true);
}

Async<> Engine::close(BroadcastId broadcast) {
    const auto entry = broadcasts_.find(broadcast.text());
    if (!entry || entry->closed != 0) co_return;
    co_await on_executor(parts_.executors.front(), [this, entry]() -> Async<> {
        co_await tick();
        const auto now = parts_.clock.now();
        entry->closed = now.time_since_epoch().count();
        for (const auto& lane : lanes_)
            co_await on_executor(lane->executor(), [entry, now, &lane = *lane]() -> Async<> {
                lane.shard().close(*entry, now);
                co_return;
            });
        co_await settle_all_lanes(entry);
        co_await tick();
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

Async<> Engine::restore_on_lane(OpenSession open, BroadcastPtr broadcast) {
    auto& lane = lane_of(open.session.session);
    co_await on_executor(lane.executor(), [this, &lane, &open, &broadcast]() -> Async<> {
        lane.shard().restore(open, broadcast, parts_.clock.now());
        co_return;
    });
}

Task<> Engine::restore(Time since) {
    CO_TRY(auto open, co_await parts_.store.open_sessions());
    FactBatch ended;
    for (auto& each : open) {
        if (const auto entry = broadcasts_.find(each.session.broadcast.text())) {
            co_await restore_on_lane(std::move(each), entry);
            continue;
        }
        each.session.ended = each.session.last_seen;
        each.session.exit = Exit::expired;
        ended.sessions.push_back(std::move(each.session));
    }
    if (!ended.sessions.empty())
        if (auto stored = co_await parts_.store.append(std::move(ended)); !stored) co_return stored;
    const auto entries = broadcasts_.all();
    std::vector<std::pair<BroadcastPtr, std::shared_ptr<Recalled>>> recalled;
    for (const auto& broadcast : *entries | std::views::values) {
        CO_TRY(auto facts, co_await recall(broadcast->id, since));
        recalled.emplace_back(broadcast, std::move(facts));
    }
    for (const auto& [broadcast, facts] : recalled) {
        for (auto& view : facts->recent)
            co_await restore_on_lane({.session = std::move(view)}, broadcast);
        series_of(broadcast).restore(facts->rows, facts->views, facts->uniques);
    }
    co_return Result<>{};
}

Task<std::shared_ptr<Engine::Recalled>> Engine::recall(BroadcastId broadcast, Time since) {
    const auto recalled = std::make_shared<Recalled>();
    const auto read = co_await parts_.archive.read([recalled, since, broadcast](FactReader& reader) {
        *recalled = {};
        recalled->rows = reader.audience(broadcast);
        reader.sessions(broadcast, [&](const SessionFacts& facts) {
            if (!facts.ended) return;
            if (facts.last_seen >= since) {
                recalled->recent.push_back(facts);
            } else if (facts.first_frame && facts.validity != Validity::invalid) {
                ++recalled->views;
                recalled->uniques.add(facts.viewer);
            }
        });
    });
    if (!read) co_return std::unexpected(read.error());
    co_return recalled;
}

}  // namespace tally::analytics
