// Loads an RTMP server and prints what it costs: `fan-out` measures CPU, memory and first pictures with many
// players of a stream that is published elsewhere; `latency` publishes stamped pictures itself and measures
// their way to players.
#include "bench/rtmp_client.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <list>
#include <map>
#include <sstream>

namespace tally::bench {
namespace {

using std::chrono::duration;
using std::chrono::seconds;
using Millis = duration<double, std::milli>;

/// "--name value" pairs after the mode.
class Options {
public:
    Options(int argc, char** argv) {
        for (int i = 2; i + 1 < argc; i += 2)
            values_[argv[i]] = argv[i + 1];
    }

    const std::string& text(const std::string& name) const { return values_.at("--" + name); }

    int number(const std::string& name) const { return std::stoi(text(name)); }

private:
    std::map<std::string, std::string> values_;
};

/// "app/stream"
Target target_of(const Options& options, const std::string& name) {
    const auto& path = options.text(name);
    const auto slash = path.find('/');
    return {
        static_cast<std::uint16_t>(options.number("port")), path.substr(0, slash), path.substr(slash + 1)
    };
}

/// Of another process, as the kernel counts it.
class Process {
public:
    explicit Process(int pid) : folder_("/proc/" + std::to_string(pid)) {}

    double cpu_seconds() const {
        std::ifstream file(folder_ + "/stat");
        const std::string text(std::istreambuf_iterator<char>(file), {});
        std::istringstream fields(text.substr(text.rfind(')') + 2));
        std::string skipped;
        for (int field = 3; field < 14; ++field)
            fields >> skipped;
        double user = 0;
        double system = 0;
        fields >> user >> system;
        return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
    }

    double resident_bytes() const {
        std::ifstream file(folder_ + "/statm");
        double total = 0;
        double resident = 0;
        file >> total >> resident;
        return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
    }

private:
    std::string folder_;
};

/// All players in one epoll loop.
class Crowd {
public:
    Crowd(Target target, LoadPlayer::After after)
        : target_(std::move(target)),
          after_(after),
          epoll_(::epoll_create1(0)) {}

    void add() {
        auto& player = players_.emplace_back(target_, after_);
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &player}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, player.descriptor(), &event);
    }

    void run_until(SteadyClock::time_point end) {
        for (auto now = SteadyClock::now(); now < end; now = SteadyClock::now())
            wait(std::chrono::ceil<std::chrono::milliseconds>(end - now));
    }

    std::list<LoadPlayer>& players() { return players_; }

    std::size_t closed() const { return closed_; }

    std::vector<double>& latencies() { return latencies_; }

private:
    void wait(std::chrono::milliseconds timeout) {
        std::array<epoll_event, 256> events{};
        const int count =
            ::epoll_wait(epoll_, events.data(), events.size(), static_cast<int>(timeout.count()));
        for (int i = 0; i < count; ++i) {
            auto& player = *static_cast<LoadPlayer*>(events.at(static_cast<std::size_t>(i)).data.ptr);
            const auto on_stamp = [&](std::uint64_t stamp) {
                latencies_.push_back(static_cast<double>(now_stamp() - stamp) / 1e6);
            };
            if (player.read(on_stamp)) continue;
            ::epoll_ctl(epoll_, EPOLL_CTL_DEL, player.descriptor(), nullptr);
            ++closed_;
        }
    }

    Target target_;
    LoadPlayer::After after_;
    int epoll_;
    std::list<LoadPlayer> players_;
    std::vector<double> latencies_;  // milliseconds
    std::size_t closed_ = 0;
};

double percentile(std::vector<double>& values, double share) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values.at(static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

/// Fills the crowd; returns the server's memory per player in bytes.
double gather(Crowd& crowd, int wanted, const Process& server) {
    constexpr int first_players = 10;  // what a stream costs before it is shared by many
    constexpr auto ramp = std::chrono::milliseconds(10);
    constexpr seconds settle{3};
    for (int i = 0; i < first_players; ++i)
        crowd.add();
    crowd.run_until(SteadyClock::now() + settle);
    const auto before = server.resident_bytes();
    for (int i = first_players; i < wanted; ++i) {
        crowd.add();
        crowd.run_until(SteadyClock::now() + ramp);
    }
    crowd.run_until(SteadyClock::now() + settle);
    return (server.resident_bytes() - before) / (wanted - first_players);
}

/// One line of "name=value" for bench/rtmp.sh.
int fan_out(const Options& options) {
    const Process server(options.number("pid"));
    const int wanted = options.number("players");
    Crowd crowd(target_of(options, "play"), LoadPlayer::After::discard);
    const auto memory = gather(crowd, wanted, server);
    for (auto& player : crowd.players()) {
        player.take_bytes();
        player.take_longest_silence();
    }
    const auto start = SteadyClock::now();
    const auto cpu_before = server.cpu_seconds();
    crowd.run_until(start + seconds(options.number("seconds")));
    const auto cpu = server.cpu_seconds() - cpu_before;
    const auto elapsed = duration<double>(SteadyClock::now() - start).count();

    std::vector<double> first_pictures;
    double bytes = 0;
    int stalls = 0;
    for (auto& player : crowd.players()) {
        if (const auto first = player.first_picture())
            first_pictures.push_back(Millis(*first - player.started()).count());
        bytes += static_cast<double>(player.take_bytes());
        if (player.take_longest_silence() > seconds(1)) ++stalls;
    }
    std::printf(
        "cpu_percent=%.2f memory_per_player=%.0f first_picture_p50_ms=%.2f first_picture_p95_ms=%.2f "
        "playing=%zu closed=%zu stalled=%d mbps_per_player=%.3f\n",
        100 * cpu / elapsed,
        memory,
        percentile(first_pictures, 0.5),
        percentile(first_pictures, 0.95),
        first_pictures.size(),
        crowd.closed(),
        stalls,
        bytes * 8e-6 / elapsed / wanted
    );
    return 0;
}

int latency(const Options& options) {
    constexpr std::size_t picture = 17'500;  // 4.2 Mbit/s
    constexpr auto interval = std::chrono::microseconds(33'333);
    constexpr int gop = 60;
    StampingPublisher publisher(target_of(options, "publish"));
    Crowd crowd(target_of(options, "play"), LoadPlayer::After::parse);
    const auto start = SteadyClock::now();
    const int pictures = options.number("seconds") * 30;
    for (int i = 0; i < pictures; ++i) {
        const auto due = start + i * interval;
        crowd.run_until(due);
        if (i == gop / 2)
            for (int player = 0; player < options.number("players"); ++player)
                crowd.add();
        if (i == 2 * gop) crowd.latencies().clear();  // the start, with pictures from the cache
        publisher.send_picture(static_cast<std::uint32_t>(i * 1000 / 30), i % gop == 0, picture);
    }
    crowd.run_until(SteadyClock::now() + seconds(1));
    auto& latencies = crowd.latencies();
    std::printf(
        "latency_p50_ms=%.3f latency_p99_ms=%.3f pictures=%zu closed=%zu\n",
        percentile(latencies, 0.5),
        percentile(latencies, 0.99),
        latencies.size(),
        crowd.closed()
    );
    return 0;
}

}  // namespace
}  // namespace tally::bench

int main(int argc, char** argv) {
    using namespace tally::bench;
    const std::string_view mode = argc > 1 ? argv[1] : "";
    try {
        const Options options(argc, argv);
        if (mode == "fan-out") return fan_out(options);
        if (mode == "latency") return latency(options);
    } catch (const std::exception& error) {
        std::cerr << "rtmp_load: " << error.what() << '\n';
        return 1;
    }
    std::cerr
        << "usage: rtmp_load fan-out --port N --play APP/STREAM --players N --seconds N --pid SERVER\n"
           "       rtmp_load latency --port N --publish APP/KEY --play APP/STREAM --players N --seconds N\n";
    return 2;
}
