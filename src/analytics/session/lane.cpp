#include "analytics/session/lane.hpp"

#include "base/log.hpp"

namespace tally::analytics {
namespace {

constexpr std::chrono::seconds pass_interval{5};
constexpr std::chrono::seconds longest_retry{60};

bool is_empty(const FactBatch& batch) {
    return batch.sessions.empty() && batch.minutes.empty();
}

}  // namespace

/// One flush at a time: an older row never overtakes a newer one.
class Lane::Turn {
public:
    static Async<Turn> take(Lane& lane) {
        while (lane.in_turn_)
            co_await lane.turn_over_.wait();
        lane.in_turn_ = true;
        co_return Turn(lane);
    }

    Turn(Turn&& other) noexcept : lane_(std::exchange(other.lane_, nullptr)) {}

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Turn& operator=(Turn&&) = delete;

    ~Turn() {
        if (lane_ == nullptr) return;
        lane_->in_turn_ = false;
        lane_->turn_over_.notify();
    }

private:
    explicit Turn(Lane& lane) : lane_(&lane) {}

    Lane* lane_;
};

Lane::Lane(
    Executor executor, const Clock& clock, FactStore& store, Classify classify, Shard::Presences presences
)
    : executor_(executor),
      clock_(clock),
      store_(store),
      shard_(std::move(presences)),
      clients_(std::move(classify)),
      timer_(executor),
      turn_over_(executor) {}

Async<> Lane::run() {
    while (!stopped_) {
        timer_.expires_after(std::chrono::seconds(1));
        co_await timer_.async_wait(as_result);
        if (stopped_) co_return;
        shard_.sweep(clock_.now());
        sessions_ = shard_.size();
        if (clock_.monotonic() >= next_pass_) co_await store_minutes();
    }
}

void Lane::stop() {
    stopped_ = true;
    timer_.cancel();
}

Async<> Lane::store_minutes() {
    const auto began = clock_.now();
    const auto stored = co_await flush({});
    pause_ = stored ? pass_interval : std::clamp(2 * pause_, pass_interval, longest_retry);
    next_pass_ = clock_.monotonic() + pause_;
    if (stored)
        stored_until_ = std::chrono::floor<std::chrono::minutes>(began);
    else
        log::warn(
            "analytics are kept in memory: the store does not take them", {{"cause", stored.error().context}}
        );
}

Task<> Lane::store(const BroadcastEntry* only) {
    co_return co_await flush({.only = only, .running_minute = true});
}

Task<> Lane::flush(Shard::Gather gather) {
    const auto turn = co_await Turn::take(*this);
    if (unsaved_) {
        auto batch = std::move(*unsaved_);
        unsaved_.reset();
        if (auto stored = co_await append(std::move(batch)); !stored) co_return stored;
    }
    for (std::optional<Slab::Row> row = 0; row;) {
        FactBatch batch;
        row = shard_.gather(*row, gather, clock_.now(), batch);
        if (is_empty(batch)) continue;
        if (auto stored = co_await append(std::move(batch)); !stored) co_return stored;
    }
    co_return Result<>{};
}

Task<> Lane::append(FactBatch batch) {
    auto stored = co_await store_.append(batch);
    if (!stored) unsaved_ = std::move(batch);
    co_return stored;
}

}  // namespace tally::analytics
