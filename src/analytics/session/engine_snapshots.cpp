// The engine's seconds: the lanes' counts added up to snapshots, and the stored rows that are made of them.
#include "analytics/session/engine.hpp"
#include "analytics/session/on_executor.hpp"

#include <boost/asio/post.hpp>

#include <ranges>

namespace tally::analytics {
namespace {

constexpr std::chrono::minutes farewell{15};  // reports are counted this long after the end
constexpr std::size_t most_departed = 10'000;
constexpr int store_interval = 10;
constexpr std::size_t unsaved_limit = 100'000;
/// Media waits while broadcasts are added up, so it gets its turn after a few.
constexpr std::size_t added_up_at_once = 16;

}  // namespace

Async<Engine::Samples> Engine::sample(const BroadcastEntry* only) {
    Samples sums;
    for (const auto& lane : lanes_) {
        const auto samples = co_await on_executor(
            lane->executor(),
            [&lane = *lane, only]() -> Async<std::vector<AudienceSample>> {
                std::vector<AudienceSample> found;
                lane.shard().for_each_audience([&](const Audience& audience) {
                    if (only == nullptr || audience.broadcast().get() == only)
                        found.push_back(AudienceSample::of(audience));
                });
                co_return found;
            }
        );
        for (const auto& each : samples) {
            auto [sum, first] = sums.try_emplace(each.broadcast.get(), each);
            if (!first) sum->second.add(each);
        }
    }
    co_return sums;
}

Async<> Engine::tick() {
    const auto now = parts_.clock.now();
    auto sums = co_await sample();
    auto stored_until = Time::max();
    for (const auto& lane : lanes_)
        stored_until = std::min(stored_until, lane->stored_until());
    stored_until_ = stored_until.time_since_epoch().count();
    const auto entries = broadcasts_.all();
    std::size_t added_up = 0;
    for (const auto& broadcast : *entries | std::views::values) {
        const auto over = broadcast->over();
        if (over != 0 && now - Time(Milliseconds(over)) > farewell)
            depart(broadcast);
        else
            add_up(broadcast, sums, now);
        if (++added_up % added_up_at_once == 0) co_await asio::post(parts_.executors.front(), use_awaitable);
    }
    publish();
    if (++seconds_until_store_ < store_interval) co_return;
    seconds_until_store_ = 0;
    co_await store_series(false);
}

Async<> Engine::refresh(BroadcastPtr broadcast) {
    const auto now = parts_.clock.now();
    auto sums = co_await sample(broadcast.get());
    add_up(broadcast, sums, now);
    publish();
}

void Engine::add_up(const BroadcastPtr& broadcast, Samples& sums, Time now) {
    auto& latest = latest_[broadcast->id.text()];
    if (latest && latest->time > now) return;  // refreshed since these samples were taken
    auto& sample = sums[broadcast.get()];
    sample.broadcast = broadcast;  // also when nobody is there
    latest = series_of(broadcast).add(std::move(sample), now);
}

void Engine::publish() {
    snapshots_.store(std::make_shared<const Snapshots>(latest_));
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
Async<> Engine::store_series(bool running, const BroadcastEntry* only) {
    FactBatch batch{.audience = std::exchange(unsaved_, {})};
    for (const auto& series : series_ | std::views::values) {
        if (only != nullptr && series->broadcast().get() != only) continue;
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
void Engine::depart(const BroadcastPtr& broadcast) {
    if (departed_.size() >= most_departed) departed_.clear();
    if (const auto series = series_.find(broadcast->id); series != series_.end())
        departed_.emplace(broadcast->id, series->second->losses(epoch_));
    series_.erase(broadcast->id);
    latest_.erase(broadcast->id.text());
    settlings_.erase(broadcast->id);
    broadcasts_.remove(broadcast->id);
    for (const auto& lane : lanes_)
        asio::post(lane->executor(), [broadcast, &lane = *lane] { lane.shard().forget(*broadcast); });
}

void Engine::note_late(const BroadcastId& broadcast) {
    asio::post(parts_.executors.front(), [this, broadcast] {
        if (broadcasts_.find(broadcast.text())) return;
        auto found = departed_.find(broadcast);
        if (found == departed_.end()) {  // it became final in an earlier process
            if (departed_.size() >= most_departed) return;
            found = departed_.emplace(broadcast, LossFacts{.broadcast = broadcast, .epoch = epoch_}).first;
        }
        ++found->second.late;
        lately_.insert(broadcast);
    });
}

}  // namespace tally::analytics
