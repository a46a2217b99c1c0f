// What RTMP needs to know from the rest of the program: who may publish where, and what is played where.
#pragma once

#include "base/task.hpp"
#include "media/stream.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tally::rtmp {

/// What a client asked to publish or to play, in its own words. `stream` and the parameters of a publish may
/// hold the key: never log them.
struct StreamRequest {
    std::string app;                                              // "live", without the query
    std::string stream;                                           // without the query
    std::vector<std::pair<std::string, std::string>> parameters;  // of both queries, as sent
    std::string peer;                                             // "203.0.113.7:50412"
    bool loopback = false;

    /// Empty when the parameter is absent.
    std::string_view parameter(std::string_view name) const;
};

/// Somebody watches for as long as this lives. On the player's thread.
class Viewing {
public:
    virtual ~Viewing() = default;
    virtual void sent(std::size_t bytes) = 0;
};

/// Runs on the thread of the session that asks; the error's context is told to the client.
class Access {
public:
    virtual ~Access() = default;
    /// Errc::conflict: another encoder is publishing. Any other error: denied.
    virtual Task<std::unique_ptr<media::Publisher>> publish(StreamRequest request) = 0;
    virtual Task<std::shared_ptr<media::Stream>> play(StreamRequest request) = 0;

    /// After a play that was granted; null when nobody counts viewers.
    virtual std::shared_ptr<Viewing> watch(const StreamRequest& /*request*/) { return nullptr; }
};

}  // namespace tally::rtmp
