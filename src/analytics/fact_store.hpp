// Where facts are kept: SQLite or ClickHouse behind one interface. The engine appends; queries read.
#pragma once

#include "analytics/facts.hpp"
#include "base/task.hpp"

#include <optional>
#include <vector>

namespace tally::analytics {

/// A view that had not ended when the process did, and the minute row written for it last.
struct OpenSession {
    SessionFacts session{};
    std::optional<MinuteFacts> minute{};
};

/// All members may be called from any network thread; the caller resumes on its own.
class FactStore {
public:
    virtual ~FactStore() = default;

    /// Durable when it returns. Appending the same rows again changes nothing. Errc::io while the store is
    /// away: the caller keeps the batch and tries again.
    virtual Task<> append(FactBatch batch) = 0;

    /// Views without an end, once at the start: the engine goes on with them.
    virtual Task<std::vector<OpenSession>> open_sessions() = 0;

    /// Erasure: every row and event of the viewer. Gives how many views went.
    virtual Task<std::int64_t> erase_viewer(ViewerKey viewer) = 0;
    /// Access: every view of the viewer, oldest first, at most 1000.
    virtual Task<std::vector<SessionFacts>> sessions_of(ViewerKey viewer) = 0;
};

/// The engine as queries see it: what it holds that the store does not have yet.
class LiveFacts {
public:
    virtual ~LiveFacts() = default;

    /// Everything known of the broadcast until now is in the store when it returns. Shared: asked again
    /// within a few seconds it returns at once.
    virtual Async<> settle(BroadcastId broadcast) = 0;
};

}  // namespace tally::analytics
