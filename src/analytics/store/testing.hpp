// For tests of whatever keeps or reads facts: views, minutes and a store with them.
#pragma once

#include "analytics/store/store.hpp"
#include "sql/testing.hpp"

namespace tally::analytics::test {

inline const Time start{Milliseconds(1'700'000'040'000)};  // a whole minute
inline const BroadcastId bc_one = *BroadcastId::parse("bc_one");
inline const ChannelId ch_001 = *ChannelId::parse("ch_001");

inline Time at(double seconds) {
    return start + Milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

/// A view that joined at `from`, started at once, and left at `to`, in seconds of the broadcast.
inline SessionFacts view(SessionKey session, double from, double to) {
    SessionFacts facts{.session = session, .viewer = session, .broadcast = bc_one, .channel = ch_001};
    facts.started = at(from);
    facts.first_frame = at(from);
    facts.last_seen = at(to);
    facts.ended = at(to);
    facts.exit = Exit::clean;
    facts.beaconed = facts.edge_observed = true;
    facts.counters.play_ms = static_cast<std::int64_t>((to - from) * 1000);
    return facts;
}

/// SQLite; or, when the environment's TALLY_TEST_CLICKHOUSE is the URL of a server, a database there.
class TemporaryFacts {
public:
    TemporaryFacts();
    ~TemporaryFacts();
    TemporaryFacts(const TemporaryFacts&) = delete;
    TemporaryFacts& operator=(const TemporaryFacts&) = delete;

    void append(FactBatch batch) {
        const auto done = wait(store.append(std::move(batch)));
        REQUIRE_MESSAGE(done, done.error().context);
    }

    void read(const std::function<void(FactReader&)>& job) {
        const auto done = wait(store.read(job));
        REQUIRE_MESSAGE(done, done.error().context);
    }

    std::vector<SessionFacts> sessions(const BroadcastId& of = bc_one) {
        std::vector<SessionFacts> found;
        read([&](FactReader& reader) {
            reader.sessions(of, ViewColumns::all, [&](const SessionFacts& each) { found.push_back(each); });
        });
        return found;
    }

private:
    sql::TemporaryStore directory_;
    std::string address_ = temporary_address();  // empty: SQLite
    std::unique_ptr<Store> owned_;

    static std::string temporary_address();

public:
    Store& store;
};

}  // namespace tally::analytics::test
