// One stream to all its players on one thread: wire bytes are made once, whatever the number of players.
#pragma once

#include "media/stream.hpp"
#include "net/signal.hpp"
#include "rtmp/player.hpp"
#include "rtmp/player_counts.hpp"
#include "rtmp/wire_log.hpp"

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace tally::rtmp {

/// Players all streams together have on one thread: the more, the fewer and larger the sends.
struct ThreadLoad {
    std::size_t players = 0;
};

/// A player starts at the newest keyframe, with its headers. One that falls out of the log goes on at the
/// newest keyframe then; one that takes nothing for 30 s is closed. Nobody waits for another.
class Fanout {
public:
    Fanout(
        const Executor& executor,
        std::shared_ptr<media::Stream> stream,
        std::shared_ptr<ThreadLoad> load,
        PlayerCounts::Count count,
        const Clock& clock
    );
    ~Fanout();
    Fanout(const Fanout&) = delete;
    Fanout& operator=(const Fanout&) = delete;

    void join(Player::Start start);
    /// Returns once the last player has left; at the stream's end all are told so and closed.
    Async<> run();
    /// Closes all players.
    void stop();

private:
    /// Where a player can start.
    struct Entry {
        WireLog::Position position = 0;
        media::Ticks time{};
        std::array<media::FormatPtr, 2> formats;
    };

    void drain();
    Result<> append(const media::Frame& frame);
    void trim();
    void let_in(Player& player);
    void drop(Player& player);
    Async<> flush(Instant now);
    Async<> finish();
    void remove_closed();
    Async<> sleep_until(Instant time);

    Executor executor_;
    std::shared_ptr<media::Stream> stream_;
    std::shared_ptr<ThreadLoad> load_;
    PlayerCounts::Count count_;
    const Clock& clock_;
    net::Timer timer_;
    std::shared_ptr<media::Window> window_;  // null until run() has it
    std::uint64_t next_ = 0;                 // frame of the window
    std::shared_ptr<WireLog> log_ = std::make_shared<WireLog>();
    std::array<media::FormatPtr, 2> formats_;  // as the log has announced them
    std::optional<Entry> entry_;
    media::Ticks newest_{};
    std::vector<std::shared_ptr<Player>> players_;
    std::size_t remove_at_ = 64;  // players, among them closed ones
};

}  // namespace tally::rtmp
