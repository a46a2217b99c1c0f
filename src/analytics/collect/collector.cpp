#include "analytics/collect/collector.hpp"

#include "analytics/session/on_executor.hpp"
#include "base/log.hpp"

namespace tally::analytics {
namespace {

constexpr std::size_t most_held = 100'000;  // reports for one thread, while the store was never read
constexpr int most_recalls = 4;             // readings of views that were let go, at a time
constexpr std::size_t many_sessions = 1'000'000;

bool is_loopback(std::string_view network) {
    return network == "127.0.0.0" || network == "::";
}

}  // namespace

Collector::Collector(const Parts& parts) : parts_(parts) {
    for (const auto& lane : parts_.engine.lanes())
        posts_.push_back(std::make_unique<Post>(
            FloodLimit({}),
            GroupCommit<Bytes>(
                lane->executor(), [this](Bytes records) { return parts_.journal.append(std::move(records)); }
            )
        ));
}

int Collector::heartbeat() const {
    std::size_t sessions = 0;
    for (const auto& lane : parts_.engine.lanes())
        sessions += lane->sessions();
    if (sessions > 2 * many_sessions) return 30;
    return sessions > many_sessions ? 20 : 10;
}

/// The report as it is counted; empty when it may not be.
std::optional<PlayerReport> Collector::admit(
    const CmcdRecord& record, const ReportOrigin& origin, const ClientPtr& client
) {
    const auto broadcast = parts_.engine.broadcasts().find(record.content);
    if (record.sid.empty()) return std::nullopt;
    const auto now = parts_.clock.now();
    const auto token = record.token.empty() ? origin.token : record.token;
    const auto grant = parts_.tokens.verify(token, record.content, now);
    if (!broadcast) {
        const auto id = BroadcastId::parse(record.content);
        if (grant && id) parts_.engine.note_late(*id);
        return std::nullopt;
    }
    if (!grant) {
        ++broadcast->losses.rejected;
        return std::nullopt;
    }
    PlayerReport report{
        .beacon = record.beacon,
        .broadcast = broadcast,
        .client = client,
        .claims = {},
        .received = now,
    };
    report.beacon.session = parts_.keys.session(record.sid);
    const bool recognised = !origin.private_browsing && record.consent > 0 && !record.viewer.empty();
    report.beacon.viewer = recognised ? parts_.keys.viewer(record.viewer) : 0;
    if (NewcomerLimit::concerns(origin.address)) {
        auto& newcomers = posts_[parts_.engine.index_here()]->newcomers;
        const auto address = parts_.keys.player(origin.address, {}, {});
        report.crowded = !newcomers.fits(address, report.beacon.session, now);
    }
    if (grant->claims != Claims{}) report.claims = std::make_shared<const Claims>(grant->claims);
    return report;
}

Backlog Collector::backlog(SessionKey session) const {
    return {
        .reports = posts_[session % posts_.size()]->waiting,
        .journal_crowded = parts_.journal.is_crowded(),
    };
}

void Collector::note_limited(const std::vector<CmcdRecord>& records) const {
    for (const auto& record : records)
        if (const auto broadcast = parts_.engine.broadcasts().find(record.content))
            ++broadcast->losses.rate_limited;
}

Async<Collected> Collector::take(std::vector<CmcdRecord> records, ReportOrigin origin) {
    Collected collected;
    auto& here = parts_.engine.here();
    const auto client = here.clients().find({origin.address, origin.user_agent});
    auto& limit = posts_[parts_.engine.index_here()]->limit;
    const auto amount = static_cast<double>(records.size());
    if (!is_loopback(client->network) && !limit.take(client->network, amount, parts_.clock.monotonic())) {
        note_limited(records);
        collected.limited = records.size();
        co_return collected;
    }
    std::vector<std::vector<PlayerReport>> by_lane(posts_.size());
    for (const auto& record : records) {
        auto report = admit(record, origin, client);
        if (!report) {
            ++collected.refused;
        } else if (is_shed(report->beacon, backlog(report->beacon.session))) {
            ++report->broadcast->losses.shed;
            ++collected.taken;
        } else {
            by_lane[report->beacon.session % posts_.size()].push_back(*std::move(report));
        }
    }
    for (std::size_t lane = 0; lane < by_lane.size(); ++lane) {
        if (by_lane[lane].empty()) continue;
        posts_[lane]->waiting += by_lane[lane].size();
        const auto part = co_await on_executor(
            parts_.engine.lanes()[lane]->executor(),
            [this, lane, reports = std::move(by_lane[lane])]() mutable {
                return apply(lane, std::move(reports));
            }
        );
        collected.taken += part.taken;
        collected.refused += part.refused;
        collected.limited += part.limited;
        collected.busy = collected.busy || part.busy;
    }
    co_return collected;
}

/// On the lane: counts, and returns once the journal has it.
Async<Collected> Collector::apply(std::size_t lane, std::vector<PlayerReport> reports) {
    auto& post = *posts_[lane];
    post.waiting -= reports.size();
    Collected collected;
    ByteWriter records;
    std::vector<PlayerReport> gone;
    auto& shard = parts_.engine.lanes()[lane]->shard();
    for (auto& report : reports) {
        report.journal = parts_.journal.next_number();
        if (!post.counting) {
            hold(post, std::move(report), records, collected);
            continue;
        }
        const auto taken = shard.take(report, report.received);
        if (taken == Taken::gone)
            gone.push_back(std::move(report));
        else
            account(taken, report, records, collected);
    }
    if (!gone.empty()) co_await recall(lane, std::move(gone), records, collected);
    if (records.size() > 0) {
        const auto written = co_await post.journal.add(records.take());
        collected.busy = collected.busy || !written;
    }
    co_return collected;
}

/// A view was let go, and its player had more to say: it was offline, say. The view is put back for that.
Async<> Collector::recall(
    std::size_t lane, std::vector<PlayerReport> reports, ByteWriter& records, Collected& collected
) {
    if (recalls_ >= most_recalls) {
        collected.busy = true;
        co_return;
    }
    ++recalls_;
    std::map<BroadcastPtr, std::vector<SessionKey>> keys;
    for (const auto& report : reports)
        keys[report.broadcast].push_back(report.beacon.session);
    auto& shard = parts_.engine.lanes()[lane]->shard();
    for (const auto& [broadcast, gone] : keys) {
        const auto views = co_await parts_.engine.stored_views(broadcast->id, gone);
        collected.busy = collected.busy || !views;
        if (!views) continue;
        for (const auto& view : *views)
            shard.put_back(view, broadcast, parts_.clock.now());
        for (const auto& report : reports)
            if (report.broadcast == broadcast)
                account(shard.take(report, report.received), report, records, collected);
    }
    --recalls_;
}

void Collector::account(Taken taken, const PlayerReport& report, ByteWriter& records, Collected& collected) {
    auto& losses = report.broadcast->losses;
    switch (taken) {
        case Taken::counted:
            ++losses.beacons;
            write_record(records, report, report.journal);
            ++collected.taken;
            break;
        case Taken::duplicate:
            ++losses.duplicates;
            ++collected.taken;
            break;
        case Taken::late:
        case Taken::gone:
            ++losses.late;
            ++collected.refused;
            break;
        case Taken::limited:
            ++losses.rate_limited;
            ++collected.limited;
            break;
    }
}

void Collector::hold(Post& post, PlayerReport report, ByteWriter& records, Collected& collected) {
    if (post.held.size() >= most_held) {
        collected.busy = true;
        return;
    }
    write_record(records, report, report.journal);
    ++report.broadcast->losses.beacons;
    ++collected.taken;
    report.replayed = true;
    post.held.push_back(std::move(report));
}

Result<> Collector::load() {
    auto read = parts_.journal.replay([&](const JournalRecord& record) {
        if (parts_.engine.broadcasts().find(record.broadcast.text())) loaded_.push_back(record);
    });
    std::ranges::sort(loaded_, {}, &JournalRecord::number);
    return read;
}

Task<> Collector::catch_up() {
    Engine::Sessions reported;
    for (const auto& record : loaded_)
        reported.insert(record.beacon.session);
    if (auto restored = co_await parts_.engine.restore(std::move(reported)); !restored) co_return restored;
    co_await count_loaded();
    for (std::size_t lane = 0; lane < posts_.size(); ++lane)
        co_await on_executor(parts_.engine.lanes()[lane]->executor(), [this, lane]() -> Async<> {
            auto& shard = parts_.engine.lanes()[lane]->shard();
            for (const auto& report : std::exchange(posts_[lane]->held, {}))
                shard.take(report, report.received);
            posts_[lane]->counting = true;
            co_return;
        });
    caught_up_ = true;
    co_return Result<>{};
}

Async<> Collector::count_loaded() {
    for (auto& record : loaded_) {
        auto client = std::make_shared<Client>();
        client->dimensions = record.dimensions;
        PlayerReport report{
            .beacon = std::move(record.beacon),
            .broadcast = parts_.engine.broadcasts().find(record.broadcast.text()),
            .client = std::move(client),
            .claims = record.claims == Claims{} ? nullptr : std::make_shared<const Claims>(record.claims),
            .received = record.received,
            .journal = record.number,
            .replayed = true,
        };
        if (!report.broadcast) continue;
        auto& lane = parts_.engine.lane_of(report.beacon.session);
        co_await on_executor(lane.executor(), [&lane, &report]() -> Async<> {
            lane.shard().take(report, report.received);
            co_return;
        });
    }
    if (!loaded_.empty()) log::info("reports were replayed from the journal", {{"records", loaded_.size()}});
    loaded_ = {};
}

}  // namespace tally::analytics
