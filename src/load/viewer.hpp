// One of the swarm, whatever it plays over.
#pragma once

#include "load/connection.hpp"
#include "load/playback.hpp"
#include "load/report.hpp"

namespace tally::load {

/// What a viewer starts from.
struct Seat {
    Executor executor;
    Server server;
    std::string target;    // of the URL: path and query
    bool reports = false;  // as our own player does
    Report& report;        // the thread's; outlives the viewer
};

/// Lives on one thread.
class Viewer {
public:
    virtual ~Viewer() = default;

    /// Until the stream ends, or the program does.
    virtual Async<> run() = 0;
    /// The last word of a viewer who goes before the stream ends.
    virtual Async<> leave() = 0;

    virtual Playback& playback() = 0;
};

}  // namespace tally::load
