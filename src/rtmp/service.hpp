// What the sessions of one network thread share.
#pragma once

#include "rtmp/access.hpp"
#include "rtmp/fanout.hpp"

#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace tally::rtmp {

class Session;

/// Lives on one thread, and for as long as any session or fan-out on it.
class Service : public std::enable_shared_from_this<Service> {
public:
    Service(Executor executor, Access& access, const Clock& clock, std::shared_ptr<PlayerCounts> counts)
        : executor_(std::move(executor)),
          access_(access),
          clock_(clock),
          counts_(std::move(counts)) {}

    Executor executor() const { return executor_; }

    Access& access() { return access_; }

    const Clock& clock() const { return clock_; }

    void accept(net::Socket socket, ConnectionLimit::Slot slot);
    /// The player joins the stream's fan-out, which is made for the first one and goes with the last.
    void play(const std::shared_ptr<media::Stream>& stream, Player::Start start);
    /// Ends all sessions and players.
    void stop();

private:
    static Async<> run_session(std::shared_ptr<Service> self, std::shared_ptr<Session> session);
    static Async<> run_fanout(
        std::shared_ptr<Service> self, std::shared_ptr<media::Stream> stream, std::shared_ptr<Fanout> fanout
    );

    Executor executor_;
    Access& access_;
    const Clock& clock_;
    std::shared_ptr<PlayerCounts> counts_;
    std::shared_ptr<ThreadLoad> load_ = std::make_shared<ThreadLoad>();
    std::unordered_set<std::shared_ptr<Session>> sessions_;
    std::unordered_map<const media::Stream*, std::shared_ptr<Fanout>> fanouts_;
    bool stopped_ = false;
};

}  // namespace tally::rtmp
