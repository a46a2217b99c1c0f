// The sessions of one network thread. No locks, no I/O: evidence in, counts and facts out.
#pragma once

#include "analytics/fact_store.hpp"
#include "analytics/session/audience.hpp"
#include "analytics/session/evidence.hpp"
#include "analytics/session/interned.hpp"
#include "analytics/session/lease.hpp"
#include "analytics/session/progress.hpp"
#include "analytics/session/slab.hpp"

#include <functional>

namespace tally::analytics {

/// `gone`: of a view that was let go; it may be counted once that was put back.
enum class Taken : std::uint8_t { counted, duplicate, late, limited, gone };

class Shard {
public:
    /// Hands a change to the shard that counts the viewer.
    using Presences = std::function<void(const PresenceChange&)>;

    explicit Shard(Presences presences) : presences_(std::move(presences)) {}

    void take(const Delivery& delivery, Time now);
    Taken take(const PlayerReport& report, Time now);
    void take(const PresenceChange& change);

    /// A view that was open when the program ended, which counted until `counted` as far as is known. It
    /// counts again once there is evidence.
    void restore(const OpenSession& open, const BroadcastPtr& broadcast, Time counted, Time now);
    /// A view that was over when the program ended: none begins anew under its key.
    void restore_gone(SessionKey key, const BroadcastEntry& broadcast);

    /// A view that was let go, as it is in the store: a late report is to be counted in it.
    void put_back(const SessionFacts& facts, const BroadcastPtr& broadcast, Time now);

    /// Ends what is over and lets go of what has been over for long: once a second.
    void sweep(Time now);
    /// Every view of the broadcast ends: it is off the air.
    void close(const BroadcastEntry& broadcast, Time now);

    /// Lets go of the broadcast and all its views: it is long over, and they are in the store.
    void forget(const BroadcastEntry& broadcast);

    struct Gather {
        const BroadcastEntry* only = nullptr;  // null: all
        bool running_minute = false;           // facts of the minute that is not over, too
        std::size_t rows = 2048;
    };

    /// Adds what is not in the store yet to `batch`, looking through some rows from `from` on. Gives where to
    /// go on; empty at the end. What it gave is taken as stored.
    std::optional<Slab::Row> gather(Slab::Row from, const Gather& gather, Time now, FactBatch& batch);

    const Audience* audience(const BroadcastEntry& broadcast) const;
    Audience& audience(const BroadcastPtr& broadcast);

    template <class Visit>
    void for_each_audience(Visit visit) const {
        for (const auto& [entry, audience] : audiences_)
            visit(*audience);
    }

    /// Who holds the view; the view itself when it is not known.
    ViewerKey viewer_of(SessionKey session, const BroadcastEntry& broadcast);

    std::size_t size() const { return slab_.size(); }

    /// Ends the viewer's views and forgets who it was.
    std::size_t erase_viewer(ViewerKey viewer, Time now);

private:
    struct Before;

    Session& load(const OpenSession& open, const BroadcastPtr& broadcast, Time now);
    Session& start(const PlayerReport& report);
    /// The view that the delivery is part of, begun by a playlist. Null: none, and this begins none.
    Session* viewing(const Delivery& delivery, Time now);
    std::optional<Taken> refusal(const Beacon& beacon, const BroadcastEntry& broadcast);
    bool is_gone(SessionKey key, const BroadcastEntry& broadcast) const;
    Session* find(SessionKey key, const BroadcastEntry& broadcast);
    Session& start(
        SessionKey key, const BroadcastPtr& broadcast, const Client* client, const Claims* claims, Time now
    );
    SessionKey incarnation(SessionKey key, const BroadcastEntry& broadcast);
    void describe(Session& session, const Dimensions& dimensions);
    void name_viewer(Session& session, const Beacon& beacon);
    void compare_trace(Session& session, const Beacon& beacon, Time now);
    void learn(Session& session, const Beacon& beacon);
    void learn_dimensions(Session& session, const Beacon& beacon);
    void recall(Session& session, const PlayerReport& report, Time now);
    void roll(Session& session, Time now);
    void settle(Session& session, const Before& before, Time now);
    void count_in(Session& session, bool quiet);
    void count_out(Session& session, bool quiet);
    void make_known(Session& session);
    void attend(Slab::Row row, Time now);
    void let_go(Slab::Row row);
    void note_gone(std::uint64_t indexed);
    std::uint32_t due_of(const Session& session) const;
    Slab::Row row_of(const Session& session);
    SessionFacts facts_of(const Session& session) const;
    MinuteFacts minute_of(const Session& session) const;
    void take_rolled(std::size_t most, FactBatch& batch);
    /// Of a session that changed, its facts; its counters go on in `minute`.
    void take_facts(Session& session, std::uint32_t minute, FactBatch& batch) const;

    static std::uint64_t index_key(SessionKey key, const BroadcastEntry& broadcast) {
        return key ^ broadcast.salt;
    }

    Presences presences_;
    Slab slab_;
    boost::unordered_flat_map<std::uint64_t, Slab::Row> rows_;
    // Keys of views that were let go, the newer and the older half: they do not begin anew under the same
    // key.
    HashSet gone_, gone_before_;
    std::unordered_map<const BroadcastEntry*, std::unique_ptr<Audience>> audiences_;
    Interned<Dimensions> dimensions_{65'536};
    Interned<Claims> claims_{4'096};
    std::vector<MinuteFacts> rolled_;  // of minutes that ended before gather() came by
};

}  // namespace tally::analytics
