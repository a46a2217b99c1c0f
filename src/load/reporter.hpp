// What our own player tells the server of its viewing (CTA-5004-B and the com.tally- keys): state changes at
// once, a heartbeat every ten seconds or as the server asks, and a last word.
#pragma once

#include "load/playlist.hpp"
#include "load/viewer.hpp"
#include "net/signal.hpp"

#include <deque>

namespace tally::load {

/// Who reports: as the addresses in the first playlist say.
struct View {
    std::string sid;
    std::string broadcast;
    std::string token;
};

/// Of a path and query; empty when it names no view.
std::optional<View> view_in(std::string_view target);

/// Lives on one thread, with its viewer.
class Reporter {
public:
    enum class Format : unsigned char { hls, dash };

    /// What only the viewer knows.
    struct Situation {
        double throughput_kbps = 0;
        std::optional<Milliseconds> latency;
    };

    Reporter(const Seat& seat, View view, Format format, Playback& playback);

    /// The rendition that is played from now on.
    void show(const Variant& rendition);
    /// Until the view is over.
    Async<> run();
    /// The viewer goes.
    Async<> leave();

    Situation situation;

private:
    enum class State : char { starting = 's', playing = 'p', rebuffering = 'r', ended = 'e', quit = 'q' };

    struct Switches {
        int up = 0;
        int down = 0;
    };

    State state_now() const;
    Instant next_look() const;
    void look();
    void schedule_heartbeat();
    void enter(State next);
    void add(std::string_view event, std::string_view more = {});
    Async<> flush();

    Connection connection_;
    Report& report_;
    View view_;
    Format format_;
    Playback& playback_;
    net::Timer timer_;
    net::Signal sent_;
    bool sending_ = false;
    bool over_ = false;
    std::deque<std::string> waiting_;

    State state_ = State::starting;
    std::chrono::milliseconds interval_{10'000};
    Instant heartbeat_{};
    int number_ = 0;
    int beats_ = 0;
    bool startup_said_ = false;
    std::uint64_t bitrate_kbps_ = 0;
    std::uint32_t height_ = 0;
    Switches switches_;
    Milliseconds stalled_before_{};
    int micro_stalls_ = 0;
};

}  // namespace tally::load
