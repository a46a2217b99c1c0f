#include "analytics/session/shard.hpp"

#include "analytics/geo/hosting_networks.hpp"
#include "analytics/session/validity.hpp"

namespace tally::analytics {
namespace {

constexpr std::chrono::seconds linger{120};   // an ended view takes late reports this long
constexpr std::chrono::seconds straggle{5};   // requests under way when a player left
constexpr std::chrono::seconds settle_in{2};  // before a view without a declared viewer is a viewer
constexpr std::size_t rolled_limit = 65'536;
constexpr std::size_t gone_limit = 500'000;

std::uint32_t seconds_of(Time time) {
    return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(time).time_since_epoch().count()
    );
}

std::uint32_t minutes_of(Time time) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count(
    ));
}

/// The figure that a session stands in by its state; null when in none.
std::int64_t* figure_of(AudienceFigures& figures, const Session& session) {
    if (session.ended != never) return nullptr;
    switch (session.state) {
        case PlayerState::playing:
        case PlayerState::seeking:
            return &figures.playing;
        case PlayerState::rebuffering:
        case PlayerState::waiting:
            return &figures.rebuffering;
        case PlayerState::paused:
            return &figures.paused;
        case PlayerState::starting:
        case PlayerState::preloading:
            return &figures.starting;
        default:
            return nullptr;
    }
}

bool is_active(PlayerState state) {
    return state == PlayerState::playing || state == PlayerState::rebuffering ||
           state == PlayerState::seeking || state == PlayerState::starting;
}

/// A player reports every ten seconds or so, and when its state changes.
bool is_over_rate(Session& session, Time now) {
    constexpr std::uint16_t most_reports = 20;
    const auto window = seconds_of(now) / 10;
    if (session.rate_window != window) {
        session.rate_window = window;
        session.rate_count = 0;
    }
    return ++session.rate_count > most_reports;
}

}  // namespace

/// What of a session the audience's figures have in them.
struct Shard::Before {
    std::int64_t* figure;
    bool started, beaconed, edge, suspect, invalid, failed, left_early, startup_known;
    std::uint32_t play_ms, rebuffer_ms, bitrate_ms, rebuffers;
    std::uint64_t bitrate_kbps_ms;

    static Before of(const Session& session) {
        const auto& total = session.total;
        return {
            .figure = figure_of(session.audience->figures, session),
            .started = session.first_frame != never && session.validity != Validity::invalid,
            .beaconed = session.beaconed,
            .edge = session.edge,
            .suspect = session.counted && session.validity == Validity::suspect,
            .invalid = session.validity == Validity::invalid,
            .failed = session.exit == Exit::fatal,
            .left_early = session.exit == Exit::ebvs,
            .startup_known = session.startup_ms != never,
            .play_ms = total.play_ms,
            .rebuffer_ms = total.rebuffer_ms,
            .bitrate_ms = total.bitrate_ms,
            .rebuffers = total.rebuffers,
            .bitrate_kbps_ms = total.bitrate_kbps_ms,
        };
    }
};

Session* Shard::viewing(const Delivery& delivery, Time now) {
    if (auto* session = find(delivery.session, *delivery.broadcast)) return session;
    // A recording's playlist is asked for once, and its view may go on much later.
    const bool begins = delivery.kind == Delivery::Kind::playlist ||
                        delivery.kind == Delivery::Kind::manifest || delivery.broadcast->recording;
    if (delivery.closed || !begins) return nullptr;
    const auto key = incarnation(delivery.session, *delivery.broadcast);
    if (auto* session = find(key, *delivery.broadcast)) return session;
    auto& session = start(key, delivery.broadcast, delivery.client.get(), delivery.claims.get(), now);
    auto dimensions = dimensions_[session.dimensions];
    dimensions.protocol = delivery.protocol;
    describe(session, dimensions);
    if (delivery.crowded) suspect(session, Suspicion::crowded);
    return &session;
}

void Shard::take(const Delivery& delivery, Time now) {
    auto* session = viewing(delivery, now);
    if (session == nullptr) return;
    const bool straggles = session->ended != never && now - session->at(session->ended) < straggle;
    if (straggles && session->exit != Exit::expired) return;
    const auto before = Before::of(*session);
    roll(*session, now);
    if (delivery.kind == Delivery::Kind::idle) {
        suspect(*session, Suspicion::idle);
        return settle(*session, before, now);
    }
    if (session->ended != never && !delivery.closed) {
        session->ended = never;
        session->exit = Exit::none;
        session->last_seen = session->offset_of(now);
    }
    take_delivery(*session, delivery.bytes, now, !delivery.broadcast->recording);
    if (delivery.kind == Delivery::Kind::media) acquit(*session, Suspicion::idle);
    if (delivery.told) take_told(*session, *delivery.told);
    session->held = delivery.held && !delivery.closed;
    if (delivery.closed) end(*session, Exit::clean, now);
    settle(*session, before, now);
}

/// Why a report on a view that is not here begins none. Counters that go on from one that was let go would
/// count it twice.
std::optional<Taken> Shard::refusal(const Beacon& beacon, const BroadcastEntry& broadcast) {
    if (is_gone(beacon.session, broadcast)) {
        const auto again = incarnation(beacon.session, broadcast);
        return find(again, broadcast) == nullptr ? Taken::gone : Taken::late;
    }
    const bool leaving = beacon.state == PlayerState::quit || beacon.state == PlayerState::ended;
    return leaving && beacon.sequence > 1 ? std::optional(Taken::late) : std::nullopt;
}

Session& Shard::start(const PlayerReport& report) {
    auto& session = start(
        report.beacon.session, report.broadcast, report.client.get(), report.claims.get(), report.received
    );
    if (report.crowded) suspect(session, Suspicion::crowded);
    return session;
}

Taken Shard::take(const PlayerReport& report, Time now) {
    const auto& beacon = report.beacon;
    auto* session = find(beacon.session, *report.broadcast);
    if (session == nullptr) {
        if (const auto refused = refusal(beacon, *report.broadcast)) return *refused;
        session = &start(report);
    }
    if (report.journal != 0 && report.journal <= session->journal) {
        if (report.replayed) recall(*session, report, now);
        return Taken::duplicate;
    }
    if (!report.replayed && is_over_rate(*session, now)) return Taken::limited;
    const auto before = Before::of(*session);
    roll(*session, now);
    const auto newest = session->reported;
    if (take_report(*session, beacon, report.received) == Step::duplicate) {
        settle(*session, before, now);
        return Taken::duplicate;
    }
    session->journal = std::max(session->journal, report.journal);
    const bool newer = newest == never || session->reported > newest;
    const bool on_air = report.broadcast->closed == 0;
    if (session->ended != never && newer && is_active(beacon.state) && on_air) {
        session->ended = never;
        session->exit = Exit::none;
    }
    learn(*session, beacon);
    if (newer) compare_trace(*session, beacon, now);
    if (!on_air) end(*session, Exit::expired, session->at(session->last_seen));
    settle(*session, before, now);
    return Taken::counted;
}

/// The caller settles `session` itself.
void Shard::compare_trace(Session& session, const Beacon& beacon, Time now) {
    if (!follow_trace(session, beacon)) return;
    for (const auto key : session.audience->traces.compare(session)) {
        if (key == session.key) {
            suspect(session, Suspicion::copied);
            continue;
        }
        auto* copy = find(key, *session.audience->broadcast());
        if (copy == nullptr) continue;
        const auto before = Before::of(*copy);
        suspect(*copy, Suspicion::copied);
        settle(*copy, before, now);
    }
}

void Shard::recall(Session& session, const PlayerReport& report, Time now) {
    const auto before = Before::of(session);
    recall_report(session, report.beacon, report.received);
    settle(session, before, now);
}

void Shard::take(const PresenceChange& change) {
    auto& counted = audience(change.broadcast);
    switch (change.kind) {
        case PresenceChange::Kind::comes:
            counted.come(change.viewer, change.facets, change.quiet);
            break;
        case PresenceChange::Kind::goes:
            counted.go(change.viewer, change.quiet);
            break;
        case PresenceChange::Kind::known:
            counted.uniques.add(change.viewer);
            break;
    }
}

Session* Shard::find(SessionKey key, const BroadcastEntry& broadcast) {
    const auto found = rows_.find(index_key(key, broadcast));
    return found == rows_.end() ? nullptr : &slab_[found->second];
}

Slab::Row Shard::row_of(const Session& session) {
    return rows_.find(index_key(session.key, *session.audience->broadcast()))->second;
}

Session& Shard::start(
    SessionKey key, const BroadcastPtr& broadcast, const Client* client, const Claims* claims, Time now
) {
    const auto row = slab_.take();
    rows_.emplace(index_key(key, *broadcast), row);
    auto& session = slab_[row];
    session.used = true;
    session.key = key;
    session.viewer = key;
    session.audience = &audience(broadcast);
    session.started = now;
    session.minute = minutes_of(now);
    session.dirty = true;
    if (client != nullptr) {
        describe(session, client->dimensions);
        if (client->robot) session.validity = Validity::invalid;
        if (is_hosting_network(client->dimensions.asn)) suspect(session, Suspicion::hosted);
    }
    if (session.validity == Validity::invalid) ++session.audience->figures.invalid_views;
    if (claims != nullptr) session.claims = claims_.number(*claims);
    return session;
}

/// The minute of the session's counters has passed: its facts are complete.
void Shard::roll(Session& session, Time now) {
    const auto minute = minutes_of(now);
    if (minute == session.minute) return;
    if (session.total != session.base) {
        if (rolled_.size() >= rolled_limit) return;  // they go to a later minute: totals stay right
        rolled_.push_back(minute_of(session));
    }
    session.base = session.total;
    session.minute = minute;
    session.rolled = true;
}

/// Brings the audience's figures in line with what became of the session.
void Shard::settle(Session& session, const Before& before, Time now) {
    end_if_over(session, now);
    auto& figures = session.audience->figures;
    const auto after = Before::of(session);
    if (before.figure != nullptr) --*before.figure;
    if (after.figure != nullptr) ++*after.figure;
    figures.total_views += int{after.started} - int{before.started};
    figures.beaconed_views += int{after.beaconed} - int{before.beaconed};
    figures.edge_views += int{after.edge} - int{before.edge};
    figures.invalid_views += int{after.invalid} - int{before.invalid};
    figures.failures += int{after.failed} - int{before.failed};
    figures.early_exits += int{after.left_early} - int{before.left_early};
    figures.rebuffers += std::int64_t{after.rebuffers} - before.rebuffers;
    if (after.startup_known && !before.startup_known)
        session.audience->startups.add(DurationBins::bin_of(session.startup_ms));
    figures.play_ms += std::int64_t{after.play_ms} - before.play_ms;
    figures.rebuffer_ms += std::int64_t{after.rebuffer_ms} - before.rebuffer_ms;
    figures.bitrate_ms += std::int64_t{after.bitrate_ms} - before.bitrate_ms;
    figures.bitrate_kbps_ms += static_cast<std::int64_t>(after.bitrate_kbps_ms - before.bitrate_kbps_ms);
    const bool watching = is_watching(session, now);
    if (watching && !session.counted) count_in(session, false);
    if (!watching && session.counted) count_out(session, false);
    const bool suspect = session.counted && session.validity == Validity::suspect;
    figures.suspects += int{suspect} - int{before.suspect};
    if (session.ended != never && session.latency_bin != 0)
        session.audience->latencies.remove(std::exchange(session.latency_bin, 0));
    if (session.persistent && !session.known && session.first_frame != never) make_known(session);
    slab_.due(row_of(session)) = due_of(session);
}

std::uint32_t Shard::due_of(const Session& session) const {
    if (session.ended != never) return seconds_of(session.at(session.ended) + linger);
    auto due = session.held ? Time::max() : session.at(session.lease_end);
    if (session.state == PlayerState::paused && session.counted)
        due = std::min(due, session.at(session.state_since) + lease::paused);
    if (!session.known && session.first_frame != never) due = std::min(due, session.started + settle_in);
    return due == Time::max() ? Slab::nothing : seconds_of(due);
}

void Shard::sweep(Time now) {
    const auto second =
        static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
    for (Slab::Row row = 0; row < slab_.end(); ++row)
        if (slab_.due(row) <= second) attend(row, now);
}

void Shard::attend(Slab::Row row, Time now) {
    auto& session = slab_[row];
    if (session.ended != never && now >= session.at(session.ended) + linger) {
        if (session.dirty)
            slab_.due(row) = seconds_of(now) + 5;  // not in the store yet
        else
            let_go(row);
        return;
    }
    const auto before = Before::of(session);
    const bool knowable = session.first_frame != never && now >= session.started + settle_in;
    settle(session, before, now);
    if (!session.known && (knowable || session.ended != never) && session.first_frame != never)
        make_known(session);
    slab_.due(row) = std::max(due_of(session), seconds_of(now) + (session.ended == never ? 1 : 0));
}

void Shard::let_go(Slab::Row row) {
    const auto& session = slab_[row];
    const auto key = index_key(session.key, *session.audience->broadcast());
    note_gone(key);
    rows_.erase(key);
    slab_.give_back(row);
}

void Shard::note_gone(std::uint64_t indexed) {
    if (gone_.size() >= gone_limit) gone_before_ = std::exchange(gone_, {});
    gone_.insert(indexed);
}

void Shard::close(const BroadcastEntry& broadcast, Time now) {
    for (Slab::Row row = 0; row < slab_.end(); ++row) {
        auto& session = slab_[row];
        if (!session.used || session.audience->broadcast().get() != &broadcast || session.ended != never)
            continue;
        const auto before = Before::of(session);
        end(session, Exit::clean, now);
        settle(session, before, now);
        if (!session.known && session.first_frame != never) make_known(session);
    }
}

std::size_t Shard::erase_viewer(ViewerKey viewer, Time now) {
    std::size_t erased = 0;
    for (Slab::Row row = 0; row < slab_.end(); ++row) {
        auto& session = slab_[row];
        if (!session.used || session.viewer != viewer) continue;
        const auto before = Before::of(session);
        end(session, Exit::clean, now);
        settle(session, before, now);
        let_go(row);
        ++erased;
    }
    std::erase_if(rolled_, [&](const MinuteFacts& facts) { return facts.viewer == viewer; });
    return erased;
}

const Audience* Shard::audience(const BroadcastEntry& broadcast) const {
    const auto found = audiences_.find(&broadcast);
    return found == audiences_.end() ? nullptr : found->second.get();
}

Audience& Shard::audience(const BroadcastPtr& broadcast) {
    auto& audience = audiences_[broadcast.get()];
    if (!audience) audience = std::make_unique<Audience>(broadcast);
    return *audience;
}

void Shard::forget(const BroadcastEntry& broadcast) {
    for (Slab::Row row = 0; row < slab_.end(); ++row) {
        auto& session = slab_[row];
        if (session.used && session.audience->broadcast().get() == &broadcast) let_go(row);
    }
    audiences_.erase(&broadcast);
}

}  // namespace tally::analytics
