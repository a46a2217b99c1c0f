// Sessions as the rows that are stored, and back.
#include "analytics/session/shard.hpp"
#include "analytics/session/validity.hpp"

namespace tally::analytics {
namespace {

std::vector<RenditionFacts> renditions_of(const Session& session) {
    std::vector<RenditionFacts> renditions;
    if (session.detail) renditions = session.detail->renditions;
    if (session.rendition_height == 0 || session.rendition_ms == 0) return renditions;
    const auto height = std::int64_t{session.rendition_height};
    auto found = std::ranges::find(renditions, height, &RenditionFacts::height);
    if (found == renditions.end()) found = renditions.insert(found, {.height = height});
    found->play_ms += session.rendition_ms;
    return renditions;
}

std::vector<PlayedRun> played_of(const Session& session) {
    std::vector<PlayedRun> played;
    if (session.detail) played = session.detail->played;
    if (session.run_to > session.run_from) played.push_back({session.run_from, session.run_to});
    return played;
}

}  // namespace

SessionFacts Shard::facts_of(const Session& session) const {
    const auto& broadcast = *session.audience->broadcast();
    const auto time = [&](Offset offset) {
        return offset == never ? std::optional<Time>() : std::optional(session.at(offset));
    };
    SessionFacts facts;
    facts.session = session.key;
    facts.viewer = session.viewer;
    facts.persistent_viewer = session.persistent;
    facts.broadcast = broadcast.id;
    facts.channel = broadcast.channel;
    facts.started = session.started;
    facts.first_frame = time(session.first_frame);
    facts.last_seen = session.at(session.last_seen);
    facts.ended = time(session.ended);
    if (session.startup_ms != never) facts.startup_ms = session.startup_ms;
    facts.exit = session.exit;
    facts.validity = session.validity;
    facts.beaconed = session.beaconed;
    facts.edge_observed = session.edge;
    facts.dimensions = dimensions_[session.dimensions];
    facts.claims = claims_[session.claims];
    facts.counters = widen(session.total);
    facts.upscale_permille_max = session.upscale_permille_max;
    facts.renditions = renditions_of(session);
    facts.played = played_of(session);
    if (session.detail) {
        facts.errors = session.detail->errors;
        facts.rebuffer_durations_ms = session.detail->rebuffer_durations_ms;
    }
    facts.journal = session.journal;
    facts.sequence_seen = session.sequence_top;
    facts.sequence_bits = session.sequence_bits;
    return facts;
}

MinuteFacts Shard::minute_of(const Session& session) const {
    return {
        .broadcast = session.audience->broadcast()->id,
        .minute = Time(std::chrono::minutes(session.minute)),
        .session = session.key,
        .viewer = session.viewer,
        .counters = widen(session.total) - widen(session.base),
    };
}

void Shard::take_rolled(std::size_t most, FactBatch& batch) {
    const auto count = static_cast<std::ptrdiff_t>(std::min(rolled_.size(), most));
    batch.minutes.insert(
        batch.minutes.end(),
        std::make_move_iterator(rolled_.end() - count),
        std::make_move_iterator(rolled_.end())
    );
    rolled_.erase(rolled_.end() - count, rolled_.end());
}

void Shard::take_facts(Session& session, std::uint32_t minute, FactBatch& batch) const {
    if (session.dirty) {
        if (session.total != session.base) batch.minutes.push_back(minute_of(session));
        batch.sessions.push_back(facts_of(session));
    }
    session.stored = session.stored || session.dirty;
    session.dirty = session.rolled = false;
    if (session.minute == minute) return;
    session.base = session.total;
    session.minute = minute;
}

std::optional<Slab::Row> Shard::gather(Slab::Row from, const Gather& gather, Time now, FactBatch& batch) {
    take_rolled(gather.rows, batch);
    const auto minute =
        static_cast<std::uint32_t>(std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count());
    // Rows are cheap to pass by and dear to give: as many are looked at as fit a slice of the thread.
    const auto end = std::min<std::size_t>(slab_.end(), from + 16 * gather.rows);
    auto row = from;
    for (; row < end && batch.sessions.size() < gather.rows; ++row) {
        auto& session = slab_[row];
        if (!session.used) continue;
        if (gather.only != nullptr && session.audience->broadcast().get() != gather.only) continue;
        // A view that began is given at once: no player may repeat what it did, and the next process is to
        // know it.
        const bool began = !session.stored && session.first_frame != never;
        const bool over = session.minute != minute || session.rolled || session.ended != never || began;
        if (over || gather.running_minute) take_facts(session, minute, batch);
    }
    if (row < slab_.end()) return row;
    return rolled_.empty() ? std::nullopt : std::optional(row);
}

void Shard::restore(const OpenSession& open, const BroadcastPtr& broadcast, Time counted, Time now) {
    if (find(open.session.session, *broadcast) != nullptr) return;
    auto& session = load(open, broadcast, now);
    if (session.ended == never) session.carried = session.offset_of(std::min(counted, now));
    auto& figures = session.audience->figures;
    if (session.first_frame != never && session.validity != Validity::invalid) ++figures.total_views;
    figures.beaconed_views += session.beaconed;
    figures.edge_views += session.edge;
    if (session.validity == Validity::invalid) ++figures.invalid_views;
}

void Shard::restore_gone(SessionKey key, const BroadcastEntry& broadcast) {
    note_gone(index_key(key, broadcast));
}

/// The audience's figures have it still.
void Shard::put_back(const SessionFacts& facts, const BroadcastPtr& broadcast, Time now) {
    if (find(facts.session, *broadcast) == nullptr) load({.session = facts}, broadcast, now);
}

Session& Shard::load(const OpenSession& open, const BroadcastPtr& broadcast, Time now) {
    const auto& facts = open.session;
    auto& session = start(facts.session, broadcast, nullptr, &facts.claims, facts.started);
    describe(session, facts.dimensions);
    const auto offset = [&](const std::optional<Time>& time) {
        return time ? session.offset_of(*time) : never;
    };
    session.viewer = facts.viewer;
    session.persistent = facts.persistent_viewer;
    session.validity = facts.validity;
    if (facts.validity == Validity::suspect) suspect(session, Suspicion::crowded);
    session.first_frame = offset(facts.first_frame);
    session.last_seen = session.offset_of(facts.last_seen);
    session.lease_end = session.offset_of(now) + static_cast<Offset>(lease::report.count());
    session.ended = offset(facts.ended);
    session.exit = facts.exit;
    session.beaconed = facts.beaconed;
    session.edge = facts.edge_observed;
    if (facts.startup_ms) session.startup_ms = static_cast<std::uint32_t>(*facts.startup_ms);
    session.total = session.base = narrow(facts.counters);
    session.own_stalls = session.total.rebuffers + session.total.micro_stalls;
    session.upscale_permille_max = static_cast<std::uint16_t>(facts.upscale_permille_max);
    session.minute = static_cast<std::uint32_t>(
        std::chrono::floor<std::chrono::minutes>(facts.last_seen).time_since_epoch().count()
    );
    if (open.minute) {
        session.minute = static_cast<std::uint32_t>(
            std::chrono::floor<std::chrono::minutes>(open.minute->minute).time_since_epoch().count()
        );
        session.base = narrow(facts.counters - open.minute->counters);
    }
    session.journal = facts.journal;
    session.sequence_top = static_cast<std::uint32_t>(facts.sequence_seen);
    session.sequence_bits = facts.sequence_bits;
    session.older_bits = ~std::uint64_t{0};  // not kept: taken as seen
    auto& detail = session.details();
    detail.errors = facts.errors;
    detail.renditions = facts.renditions;
    detail.played = facts.played;
    detail.rebuffer_durations_ms = facts.rebuffer_durations_ms;
    session.dirty = false;
    session.stored = true;
    slab_.due(row_of(session)) = due_of(session);
    return session;
}

}  // namespace tally::analytics
