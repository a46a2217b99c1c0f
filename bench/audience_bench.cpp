// What an audience costs: reports through the hot path of one core, memory of a million views, and the answer
// to how many watch.
#include "analytics/collect/cmcd.hpp"
#include "analytics/keys.hpp"
#include "analytics/realtime/realtime_document.hpp"
#include "analytics/session/live_series.hpp"
#include "analytics/session/shard.hpp"
#include "json/text.hpp"

#include <malloc.h>

using namespace tally;
using namespace tally::analytics;

namespace {

constexpr std::size_t views = 1'000'000;
constexpr std::size_t reports_in_round = 200'000;
constexpr std::size_t rounds = 15;

double seconds_since(Instant start) {
    return std::chrono::duration<double>(system_clock().monotonic() - start).count();
}

std::size_t heap() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

std::string sid_of(std::size_t view) {
    return fmt::format("5f1d{:012x}", view * 2654435761);
}

std::string record_of(std::size_t view, std::size_t number, Time now, std::string_view token) {
    return fmt::format(
        "br=(4500),bsa=(0),bsda=(0),cid=\"bc_bench\",com.tally-ct=\"4g\",com.tally-hb={0},com.tally-plms={1},"
        "com.tally-rbms=0,com.tally-rh=720,com.tally-sw=(0 "
        "0),com.tally-tfr={2},com.tally-tk=\"{5}\","
        "com.tally-wh=\"1280x720\",dfa=0,e=t,ltc=2300,mtp=(14000),sf=h,sid=\"{3}\",sn={0},st=l,sta=p,ts={4},"
        "v=2",
        number,
        number * 10'000,
        number * 300,
        sid_of(view),
        now.time_since_epoch().count(),
        token
    );
}

struct Crowd {
    Time now{std::chrono::hours(24 * 20'000)};
    Keys keys{"a secret of the benchmark"};
    BeaconTokens tokens{"a secret of the benchmark"};
    BroadcastPtr broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("bc_bench"), *ChannelId::parse("ch_1"), now);
    Shard shard{[this](const PresenceChange& change) { shard.take(change); }};
    ClientPtr client = std::make_shared<Client>();

    void take(std::string_view text) {
        auto record = parse_cmcd(text);
        if (!record || !tokens.verify(record->token, record->content, now)) std::abort();
        PlayerReport report;
        report.beacon = std::move(record->beacon);
        report.broadcast = broadcast;
        report.client = client;
        report.beacon.session = keys.session(record->sid);
        report.received = now;
        if (shard.take(report, now) != Taken::counted) std::abort();
    }

    std::string record(std::size_t view, std::size_t number) const {
        const BeaconGrant grant{.sid = sid_of(view), .expires = now + std::chrono::hours(1), .claims = {}};
        return record_of(view, number, now, tokens.issue(broadcast->id, grant));
    }
};

void fill(Crowd& audience) {
    const auto before = heap();
    for (std::size_t view = 0; view < views; ++view)
        audience.take(audience.record(view, 1));
    fmt::print("memory per live session at {} sessions: {} B\n", views, (heap() - before) / views);
}

void report(Crowd& audience) {
    double seconds = 0;
    std::size_t taken = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
        audience.now += std::chrono::seconds(2);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < reports_in_round; ++i, ++taken)
            texts.push_back(audience.record(taken * 7 % views, 2 + taken / views));
        const auto start = system_clock().monotonic();
        for (const auto& text : texts)
            audience.take(text);
        seconds += seconds_since(start);
    }
    fmt::print(
        "reports through parse, token and session: {:.0f}/s on one core\n",
        static_cast<double>(taken) / seconds
    );
}

void ask(Crowd& audience) {
    LiveSeries series(audience.broadcast);
    std::vector<double> milliseconds;
    for (int second = 0; second < 200; ++second) {
        audience.now += std::chrono::seconds(1);
        const auto start = system_clock().monotonic();
        const auto snapshot =
            series.add(AudienceSample::of(audience.shard.audience(audience.broadcast)), audience.now);
        const auto text = json::print(realtime_document(*snapshot, std::chrono::minutes(5), audience.now));
        milliseconds.push_back(seconds_since(start) * 1000);
        if (text.empty() || snapshot->sample.figures.viewers == 0) std::abort();
    }
    std::ranges::sort(milliseconds);
    fmt::print(
        "snapshot and realtime answer: p50 {:.2f} ms, p99 {:.2f} ms\n", milliseconds[100], milliseconds[197]
    );
    const auto start = system_clock().monotonic();
    audience.shard.sweep(audience.now);
    fmt::print("a sweep over {} sessions: {:.1f} ms\n", audience.shard.size(), seconds_since(start) * 1000);
}

}  // namespace

int main() {
    const auto audience = std::make_unique<Crowd>();
    fill(*audience);
    report(*audience);
    ask(*audience);
}
