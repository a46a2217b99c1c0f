// One network thread's part of the engine: its shard, and the coroutine that keeps the store up to date with
// it.
#pragma once

#include "analytics/session/aliases.hpp"
#include "analytics/session/shard.hpp"
#include "net/signal.hpp"

namespace tally::analytics {

/// All members run on the lane's thread, but for the executor.
class Lane {
public:
    Lane(
        Executor executor, const Clock& clock, FactStore& store, Classify classify, Shard::Presences presences
    );

    const Executor& executor() const { return executor_; }

    Shard& shard() { return shard_; }

    /// As of the last second. From any thread.
    std::size_t sessions() const { return sessions_; }

    ClientCache& clients() { return clients_; }

    Aliases& aliases() { return aliases_; }

    /// Sweeps every second, stores minutes when they are over, until stop().
    Async<> run();
    void stop();

    /// Everything of the broadcast, or of all, that is not in the store yet goes there. An error when the
    /// store is away: it goes later.
    Task<> store(const BroadcastEntry* only);

    /// Reports that were received before are in the store.
    Time stored_until() const { return stored_until_; }

    /// Deliveries for other lanes, by lane; handed over together.
    std::vector<std::vector<Delivery>> outgoing;

private:
    class Turn;

    Task<> flush(Shard::Gather gather);
    Task<> append(FactBatch batch);
    Async<> store_minutes();

    Executor executor_;
    const Clock& clock_;
    FactStore& store_;
    Shard shard_;
    std::atomic<std::size_t> sessions_ = 0;
    ClientCache clients_;
    Aliases aliases_;
    net::Timer timer_;
    net::Signal turn_over_;
    bool in_turn_ = false;
    bool stopped_ = false;
    std::optional<FactBatch> unsaved_;  // what the store did not take
    Time stored_until_;
    Instant next_pass_{};
    std::chrono::seconds pause_{};  // before it
};

}  // namespace tally::analytics
