#include "analytics/engagement/engagement_service.hpp"

#include "analytics/session/on_executor.hpp"

namespace tally::analytics {
namespace {

constexpr std::size_t most_of_a_kind = 10;
constexpr std::chrono::seconds period{10};
constexpr std::chrono::seconds same_within{1};
constexpr std::size_t most_remembered = 200'000;

}  // namespace

EngagementService::EngagementService(const Parts& parts)
    : parts_(parts),
      commits_(parts.executor, [this](std::vector<EngagementEvent> events) {
          return store(std::move(events));
      }) {}

Task<> EngagementService::store(std::vector<EngagementEvent> events) {
    FactBatch batch;
    batch.engagement = std::move(events);
    co_return co_await parts_.store.append(std::move(batch));
}

Async<EngagementOutcome> EngagementService::take(BroadcastPtr broadcast, NewEngagement engagement) {
    const auto session = parts_.keys.session(engagement.sid);
    auto& lane = parts_.engine.lane_of(session);
    const auto viewer =
        co_await on_executor(lane.executor(), [&lane, session, broadcast]() -> Async<ViewerKey> {
            co_return lane.shard().viewer_of(session, *broadcast);
        });
    co_return co_await on_executor(parts_.executor, [&]() -> Async<EngagementOutcome> {
        const auto limited = limit(*broadcast, session, engagement);
        if (limited != EngagementOutcome::taken) co_return limited;
        const auto now = parts_.clock.now();
        std::vector<EngagementEvent> events{{
            .id = "evt_" + make_ulid(now),
            .broadcast = broadcast->id,
            .channel = broadcast->channel,
            .session = session,
            .viewer = viewer,
            .type = engagement.type,
            .value = engagement.value,
            .media_time = engagement.media_time,
            .time = now,
        }};
        const auto stored = co_await commits_.add(std::move(events));
        co_return stored ? EngagementOutcome::taken : EngagementOutcome::unavailable;
    });
}

EngagementOutcome EngagementService::limit(
    const BroadcastEntry& broadcast, SessionKey session, const NewEngagement& engagement
) {
    if (recent_.size() >= most_remembered) recent_.clear();
    const auto now = parts_.clock.monotonic();
    auto& recent = recent_[(session ^ broadcast.salt) * 31 + static_cast<std::uint64_t>(engagement.type)];
    auto same = fmt::format("{}\n{}", engagement.value, engagement.media_time.value_or(-1));
    const bool repeated =
        !recent.times.empty() && now - recent.times.back() < same_within && recent.last == same;
    if (repeated) {
        ++broadcast.losses.engagement_duplicates;
        return EngagementOutcome::duplicate;
    }
    while (!recent.times.empty() && now - recent.times.front() >= period)
        recent.times.pop_front();
    if (recent.times.size() >= most_of_a_kind) {
        ++broadcast.losses.engagement_limited;
        return EngagementOutcome::limited;
    }
    recent.times.push_back(now);
    recent.last = std::move(same);
    return EngagementOutcome::taken;
}

}  // namespace tally::analytics
