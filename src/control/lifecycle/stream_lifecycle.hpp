// Moves streams on when encoders come and go and when time passes: reconnect windows, timeouts, recovery.
// Its clock also ends the wait for scheduled events that nothing came of.
#pragma once

#include "control/lifecycle/on_air.hpp"
#include "net/signal.hpp"
#include "sql/database.hpp"

#include <deque>

namespace tally::control {

/// The deadlines lie in the store, so that they outlive the process. Lives on the thread of `home`; what
/// encoders do is applied in the order of the calls.
class StreamLifecycle {
public:
    StreamLifecycle(const Executor& home, sql::Database& database, const Clock& clock, LiveDirectory& live)
        : home_(home),
          database_(database),
          clock_(clock),
          live_(live),
          timer_(home) {}

    /// From any thread: the first decodable media since an encoder attached.
    void media_arrived(StreamId stream);
    /// From any thread: the encoder left, by saying so or not.
    void encoder_left(StreamId stream, bool goodbye);
    /// From any thread: the encoder sends what cannot be carried; `code` says what ("unsupported_codec").
    void media_refused(StreamId stream, std::string code);
    /// From any thread: there may be a new deadline.
    void wake();

    /// At start, before encoders are let in: streams that a previous process left running wait for their
    /// encoders again, their windows counting from now. They are running in the live directory afterwards.
    /// Recordings whose broadcasts it ended, but not them, are finished.
    Async<> recover();

    /// Until close(); on `home`. While the store fails, what happened waits and is tried again.
    Async<> run();
    void close();

    /// Applies what happened and what is due, and gives the next deadline. run() does this again and again.
    Async<std::optional<Time>> settle();

    /// Ends media whose end is in the store already: who should have ended it never heard that it was done.
    Async<> end_leftovers();

private:
    using Change = std::function<void(OnAir&, Time)>;

    struct Happening {
        StreamId stream;
        Time at;
        Change change;
    };

    void happened(StreamId stream, Change change);
    /// `change` in a transaction; what ended in it is then ended on the media side.
    Async<> advance(StreamId stream, Time at, Change change);
    Async<> end_media(const OnAir& ended);
    Async<> finish_recordings();
    Async<> wait_until(std::optional<Time> deadline);

    Executor home_;
    sql::Database& database_;
    const Clock& clock_;
    LiveDirectory& live_;
    net::Timer timer_;
    bool woken_ = false;
    Instant next_look_;  // for leftovers
    std::deque<Happening> happenings_;
    bool closed_ = false;
};

}  // namespace tally::control
