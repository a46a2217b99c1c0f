// The read side of a store of facts: what queries fold into answers, and what stays when rows are pruned.
#pragma once

#include "analytics/facts.hpp"
#include "base/bytes.hpp"
#include "base/task.hpp"

#include <functional>

namespace tally::analytics {

struct Question;
struct Viewing;

/// What a reader is asked for of each view, beside the keys, times and marks that are always given: of a
/// million views, every column that is read takes as long as an answer may. Members of others are as they are
/// by default.
enum class ViewColumns : std::uint8_t {
    marks = 0,
    place = 1,     // dimensions and claims
    watching = 2,  // startup, and the counters of play, rebuffering and bitrate
    delivery = 4,  // the counters that summaries have besides, and the worst upscaling
    trouble = 8,   // the other counters
    media = 16,    // what was played
    lists = 32,    // errors, renditions and single rebufferings
    engine = 64,   // what goes on with a view needs
    all = 127,
};

constexpr ViewColumns operator|(ViewColumns left, ViewColumns right) {
    return static_cast<ViewColumns>(static_cast<unsigned>(left) | static_cast<unsigned>(right));
}

/// `all` of `some` are among `columns`.
constexpr bool has(ViewColumns columns, ViewColumns some) {
    return (static_cast<unsigned>(columns) & static_cast<unsigned>(some)) == static_cast<unsigned>(some);
}

/// Sums over the views of one minute.
struct MinuteTotals {
    Time minute{};
    std::int64_t views = 0;
    Counters counters{};

    friend bool operator==(const MinuteTotals&, const MinuteTotals&) = default;
};

/// A final answer, kept when its rows are gone. Key: (broadcast, kind). Replaces an earlier one.
struct Report {
    std::string kind{};      // "summary", "geography", ...
    std::string document{};  // JSON
    Bytes sketches{};        // of "summary": what is merged over broadcasts

    friend bool operator==(const Report&, const Report&) = default;
};

/// Blocks, on a thread of the store. Throws sql::Unavailable when the store is away.
class FactReader {
public:
    virtual ~FactReader() = default;

    /// Every view of the broadcast, in no order. The reference is good until `visit` returns.
    virtual void sessions(
        const BroadcastId& broadcast,
        ViewColumns columns,
        const std::function<void(const SessionFacts&)>& visit
    ) = 0;

    /// Empty when it is not known.
    virtual std::optional<SessionFacts> session(const BroadcastId& broadcast, SessionKey key) = 0;

    /// Adds up the views that are asked about, where the store itself does so faster than by a visit of each.
    /// False: it does not, and `to` is as it was.
    virtual bool add_up(const Question& /*question*/, Viewing& /*to*/) { return false; }

    /// By time.
    virtual std::vector<AudienceFacts> audience(const BroadcastId& broadcast) = 0;
    /// By time, of views that are not invalid.
    virtual std::vector<MinuteTotals> minutes(const BroadcastId& broadcast) = 0;
    /// By time, of the views that `keep` wants.
    virtual std::vector<MinuteTotals> minutes_of(
        const BroadcastId& broadcast, const std::function<bool(SessionKey)>& keep
    ) = 0;
    /// By time.
    virtual void engagement(
        const BroadcastId& broadcast, const std::function<void(const EngagementEvent&)>& visit
    ) = 0;
    /// Summed over the processes that counted.
    virtual LossFacts losses(const BroadcastId& broadcast) = 0;
    /// Of the broadcast's persistent viewers, those with an earlier view on the channel since `since`, on
    /// another broadcast; of those who saw something of it. Each once.
    virtual void returning_viewers(
        const BroadcastId& broadcast,
        const ChannelId& channel,
        Time since,
        const std::function<void(ViewerKey)>& visit
    ) = 0;
    virtual std::optional<Report> report(const BroadcastId& broadcast, std::string_view kind) = 0;
};

class FactArchive {
public:
    virtual ~FactArchive() = default;

    /// Runs `job` on a thread of the store, within one consistent view of it. Errc::io while the store is
    /// away, Errc::too_large when too much waits for it.
    virtual Task<> read(std::function<void(FactReader&)> job) = 0;
    virtual Task<> keep(BroadcastId broadcast, std::vector<Report> reports) = 0;
    /// Broadcasts with facts newer than `since` that have no report yet: what is to be finalised.
    virtual Task<std::vector<BroadcastId>> without_report(Time since) = 0;
    /// Retention: views 30 days, minutes 90 days, the audience at 10 s for 48 h and at 1 min for 90 days.
    /// Reports stay.
    virtual Task<> prune(Time now) = 0;
};

}  // namespace tally::analytics
