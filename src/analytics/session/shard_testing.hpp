// For tests of a shard: one of its own, what reaches it, and a clock that is turned.
#pragma once

#include "analytics/session/shard.hpp"

#include <doctest/doctest.h>

namespace tally::analytics::test {

using namespace std::chrono_literals;

inline constexpr Time shard_start{std::chrono::minutes(28'000'000)};

struct ShardFixture {
    Time now = shard_start;
    BroadcastPtr broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), shard_start);
    Shard shard{[this](const PresenceChange& change) { shard.take(change); }};
    ClientPtr client = std::make_shared<Client>();

    void deliver(SessionKey session, bool closed = false) {
        shard.take(
            Delivery{
                .session = session,
                .broadcast = broadcast,
                .client = client,
                .claims = nullptr,
                .told = nullptr,
                .protocol = Protocol::hls,
                .bytes = 1000,
                .closed = closed,
            },
            now
        );
    }

    /// `sequence` counts on by itself.
    Taken report(SessionKey session, PlayerState state, Beacon beacon = {}) {
        beacon.session = session;
        beacon.state = state;
        if (beacon.time == Time()) beacon.time = now;
        if (beacon.sequence == absent) beacon.sequence = ++sequence;
        return shard.take(
            PlayerReport{
                .beacon = beacon, .broadcast = broadcast, .client = client, .claims = {}, .received = now
            },
            now
        );
    }

    void pass(Milliseconds time) {
        for (; time > 0ms; time -= 1000ms) {
            now += std::min(time, 1000ms);
            shard.sweep(now);
        }
    }

    const AudienceFigures& figures() { return shard.audience(broadcast).figures; }

    FactBatch gather(bool running_minute = true) {
        FactBatch batch;
        for (std::optional<Slab::Row> row = 0; row;)
            row = shard.gather(*row, {.running_minute = running_minute}, now, batch);
        return batch;
    }

    int sequence = 0;
};

}  // namespace tally::analytics::test
