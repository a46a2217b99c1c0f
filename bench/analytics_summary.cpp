// How long the answers about one large broadcast take: a million views of three hours.
//   analytics_summary DIRECTORY|URL [VIEWS [ANSWER...]]   in DIRECTORY/analytics.db, or in ClickHouse; filled
//   unless it is there
#include "analytics/query/broadcast_analytics.hpp"
#include "analytics/query/summary.hpp"
#include "analytics/store/store.hpp"

#include <boost/asio/co_spawn.hpp>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <random>

namespace {

using namespace tally;
using namespace tally::analytics;
using namespace std::chrono_literals;

const Time start{1'800'000'000'000ms};
constexpr auto length = 3h;
constexpr std::size_t batch_size = 10'000;

template <class T>
T wait(Async<T> work) {
    asio::io_context context;
    std::optional<T> result;
    asio::co_spawn(context.get_executor(), std::move(work), [&](std::exception_ptr, T value) {
        result.emplace(std::move(value));
    });
    context.run();
    return *std::move(result);
}

class Audience {
public:
    SessionFacts next() {
        const auto joined = start + Milliseconds(random_() % Milliseconds(length).count());
        const auto stays = std::min<std::int64_t>(
            static_cast<std::int64_t>(stay_(random_) * 1000), (start + length - joined).count()
        );
        SessionFacts view{
            .session = random_(),
            .viewer = random_() % 700'000 * 0x9E37'79B9'7F4A'7C15 + 1,
            .persistent_viewer = random_() % 2 == 0,
            .broadcast = *BroadcastId::parse("bc_large"),
            .channel = *ChannelId::parse("ch_001"),
            .started = joined,
            .first_frame = joined + 600ms,
            .last_seen = joined + Milliseconds(stays),
            .ended = joined + Milliseconds(stays),
            .startup_ms = static_cast<std::int64_t>(startup_(random_)),
            .exit = Exit::clean,
            .beaconed = true,
            .edge_observed = true,
        };
        view.dimensions = {
            .country = std::string(countries.at(random_() % countries.size())),
            .asn = static_cast<std::int64_t>(random_() % 300),
            .device = random_() % 3 == 0 ? "desktop" : "mobile",
            .os = random_() % 2 == 0 ? "Android" : "iOS",
            .browser = "Chrome",
            .player = "hls.js",
            .player_version = "1.7.0",
        };
        view.counters = {
            .play_ms = stays,
            .rebuffer_ms = static_cast<std::int64_t>(random_() % 2000),
            .rebuffers = static_cast<std::int64_t>(random_() % 3),
            .bitrate_kbps_ms = stays * 4000,
            .bitrate_ms = stays,
            .bytes = stays * 500,
            .latency_ms_sum = 24'000,
            .latency_samples = 10,
        };
        view.renditions = {{1080, stays / 2}, {720, stays / 2}};
        const auto bucket = joined.time_since_epoch() / media_bucket;
        view.played = {{bucket, bucket + stays / media_bucket.count() + 1}};
        view.rebuffer_durations_ms = {400, 700};
        return view;
    }

private:
    static constexpr auto countries = std::to_array<std::string_view>({"IN", "US", "DE", "BR", "FR", "JP"});

    std::mt19937_64 random_{1};
    std::exponential_distribution<double> stay_{1.0 / 680};
    std::lognormal_distribution<double> startup_{6.5, 0.8};
};

void fill(Store& store, std::size_t views) {
    Audience audience;
    for (std::size_t done = 0; done < views; done += batch_size) {
        FactBatch batch;
        for (std::size_t i = 0; i < batch_size; ++i)
            batch.sessions.push_back(audience.next());
        if (!wait(store.append(std::move(batch)))) std::exit(1);
    }
}

struct Taken {
    double seconds = 0;
    double cpu_seconds = 0;  // of the whole process: what is left when others use the machine too
};

template <class Work>
Taken time_of(Work work) {
    const auto began = std::chrono::steady_clock::now();
    const auto cpu = std::clock();
    work();
    return {
        .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(),
        .cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC,
    };
}

void print(std::string_view name, Taken taken) {
    fmt::print("{:<14} {:.2f} s, {:.2f} s of CPU\n", name, taken.seconds, taken.cpu_seconds);
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return std::fprintf(stderr, "usage: analytics_summary DIRECTORY|URL [VIEWS]\n"), 2;
    const std::string place = arguments[1];
    std::size_t views = 1'000'000;
    if (count > 2) std::from_chars(arguments[2], arguments[2] + std::strlen(arguments[2]), views);
    const bool remote = place.contains("://");
    const auto made = make_store(remote ? place : "", remote ? "" : place);
    if (!made) return std::fprintf(stderr, "%s\n", made.error().context.c_str()), 1;
    auto& store = **made;
    const auto kept = wait(store.without_report(start));
    if (!kept) return std::fprintf(stderr, "%s\n", kept.error().context.c_str()), 1;
    if (kept->empty()) print("write", time_of([&] { fill(store, views); }));

    const Question question{
        .broadcast =
            {.id = *BroadcastId::parse("bc_large"),
             .created = start,
             .started = start,
             .ended = start + length},
        .now = start + length + 1h,
    };
    const std::vector<std::string_view> wanted(arguments + std::min(count, 3), arguments + count);
    const auto time = [&](std::string_view name, const BroadcastAnswer& answer) {
        if (!wanted.empty() && std::ranges::find(wanted, name) == wanted.end()) return;
        print(name, time_of([&] {
                  if (!wait(store.read([&](FactReader& reader) { answer(reader, question); }))) std::exit(1);
              }));
    };
    time("summary", [](FactReader& reader, const Question& asked) {
        return summarize(reader, asked).document;
    });
    for (const auto& [kind, answer] : kept_answers())
        time(kind, answer);
}
