// The session engine: every view of every live broadcast, spread over the network threads by a hash of its
// key.
//
// Evidence may come in on any network thread; it is handed to the thread that the view lives on. Nothing on
// that way takes a lock. Once a second the threads' counts are added up to one snapshot per broadcast.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/session/lane.hpp"
#include "analytics/session/live_series.hpp"

#include <set>
#include <unordered_set>

namespace tally::analytics {

class Engine final : public LiveFacts {
public:
    /// What the engine is made with; all of it outlives the engine.
    struct Parts {
        std::vector<Executor> executors;
        const Clock& clock;
        FactStore& store;
        FactArchive& archive;
        Classify classify;
    };

    using Sessions = std::unordered_set<SessionKey>;

    explicit Engine(Parts parts);

    /// The broadcast goes on the air, or is there already. From any thread.
    BroadcastPtr open(const BroadcastId& broadcast, const ChannelId& channel);
    /// The broadcast ended before this process began, and is reported on until it is final.
    void reopen(const BroadcastId& broadcast, const ChannelId& channel, Time ended);
    /// It is over: its views end, and all of them are in the store when this returns.
    Async<> close(BroadcastId broadcast);

    /// Goes on with the views that an earlier process left open, and with those that are over and `reported`:
    /// the journal may have more of them. On the first executor, once broadcasts are open; again after an
    /// error, with which nothing has changed for those who ask.
    Task<> restore(Sessions reported);
    /// Once a second, until stop(): sweeps, snapshots, facts to the store. Before, deliveries are not
    /// counted.
    void run();

    bool is_running() const { return running_; }

    /// Everything known is in the store when it returns; views stay open for the next process.
    Async<> stop();

    /// From a network thread.
    void take(Delivery delivery);
    /// On the lane of its view.
    Async<Taken> take(PlayerReport report);

    /// Views as the store has them, of those it knows. Errc::io while it is away.
    Task<std::vector<SessionFacts>> stored_views(BroadcastId broadcast, std::vector<SessionKey> keys);
    /// A report on a broadcast whose numbers are final. From any thread.
    void note_late(const BroadcastId& broadcast);

    Async<> settle(BroadcastId broadcast) override;
    Async<std::size_t> erase_viewer(ViewerKey viewer);

    const BroadcastTable& broadcasts() const { return broadcasts_; }

    /// Null for a broadcast that is not on the air. From any thread.
    SnapshotPtr snapshot(std::string_view broadcast) const;

    /// Of the thread that runs this; the first when it is no network thread.
    Lane& here();

    std::size_t index_here() const;

    Lane& lane_of(SessionKey session) { return *lanes_[session % lanes_.size()]; }

    const std::vector<std::unique_ptr<Lane>>& lanes() const { return lanes_; }

    /// Reports received before are in the store.
    Time stored_until() const { return Time(Milliseconds(stored_until_.load())); }

    /// One second's work, apart from the lanes' own; for run() and for tests.
    Async<> tick();

private:
    using Samples = std::map<const BroadcastEntry*, AudienceSample>;
    using Snapshots = std::unordered_map<std::string, SnapshotPtr>;

    /// A settling that is under way, or was last.
    struct Settling {
        bool running = false;
        Instant done{};
        std::shared_ptr<net::Signal> over;
    };

    /// What of a broadcast an earlier process counted; views that a shard holds are counted there.
    struct Recalled {
        std::vector<AudienceFacts> rows;
        std::vector<SessionFacts> reported;
        std::vector<SessionKey> gone;  // the others that are over
        std::int64_t views = 0;        // of these, those that count
        DistinctCount uniques;

        /// Until when it counted: rows are stored every ten seconds.
        Time counted() const {
            return rows.empty() ? Time() : rows.back().time + std::chrono::seconds(rows.back().seconds);
        }
    };

    /// Does what is for this lane; gives what has to go on to another.
    void tell_name(std::size_t from, const Delivery& delivery);
    std::optional<Delivery> arrive(std::size_t lane, const Delivery& delivery, Time now);
    void send(std::size_t from, std::size_t to, Delivery delivery);
    Async<> every_second();
    void hand_over(Lane& lane);
    void change_presence(const PresenceChange& change);
    /// Of all broadcasts, or of one.
    Async<Samples> sample(const BroadcastEntry* only = nullptr);
    /// One broadcast's snapshot at once, beside the seconds of all.
    Async<> refresh(BroadcastPtr broadcast);
    void add_up(const BroadcastPtr& broadcast, Samples& sums, Time now);
    void publish();
    void depart(const BroadcastPtr& broadcast);
    LiveSeries& series_of(const BroadcastPtr& broadcast);
    Task<> end_in_store(std::vector<OpenSession> views);
    Task<std::shared_ptr<Recalled>> recall(BroadcastId broadcast, std::shared_ptr<const Sessions> reported);
    Async<> restore_on_lane(OpenSession open, BroadcastPtr broadcast, Time counted = {});
    Async<> restore_gone(std::shared_ptr<Recalled> recalled, BroadcastPtr broadcast);
    /// Of all broadcasts, or of one.
    Async<> store_series(bool running, const BroadcastEntry* only = nullptr);
    Async<> settle_all_lanes(BroadcastPtr broadcast);

    Parts parts_;
    Time epoch_;
    BroadcastTable broadcasts_;
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::atomic<std::shared_ptr<const Snapshots>> snapshots_ = std::make_shared<const Snapshots>();
    std::atomic<Time::rep> stored_until_ = 0;
    std::atomic<bool> running_ = false;
    std::atomic<bool> stopped_ = false;

    // On the first executor.
    std::map<BroadcastId, std::unique_ptr<LiveSeries>> series_;
    Snapshots latest_;
    std::map<BroadcastId, Settling> settlings_;
    std::vector<AudienceFacts> unsaved_;
    std::map<BroadcastId, LossFacts> departed_;  // of broadcasts that are final
    std::set<BroadcastId> lately_;               // of these, those with late reports since
    int seconds_until_store_ = 0;
    std::shared_ptr<net::Timer> timer_;
};

}  // namespace tally::analytics
