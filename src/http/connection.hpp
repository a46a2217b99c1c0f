// One HTTP/1.1 connection: reads requests, writes their answers in order.
#pragma once

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "http/answer.hpp"
#include "http/request_counts.hpp"
#include "http/request_parser.hpp"
#include "net/listener.hpp"

#include <boost/intrusive/list.hpp>

#include <array>
#include <atomic>
#include <optional>

namespace tally::http {

class WebSocketConnection;

/// What the connections of one server share.
struct Service {
    std::shared_ptr<const Router> router;
    WorkerPool& disk;
    Limits limits;
    std::atomic<std::size_t> connections = 0;
    RequestCounts requests{};
};

using ConnectionHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Lives on one thread. Waits have no timers of their own: check() is called now and then.
class Connection : public ConnectionHook {
public:
    Connection(net::Socket socket, std::shared_ptr<Service> service);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Async<> run();
    /// Ends a wait that is past its deadline.
    void check(Instant now);
    /// Ends after the answer under way; at once between requests.
    void finish();

private:
    class StreamWriter;
    using Buffers = std::array<asio::const_buffer, 3>;

    Async<bool> receive();
    Async<std::optional<RequestParser::State>> read_more();
    Async<bool> respond();
    Async<bool> send(const Answer& answer);
    Async<bool> send_source(const Answer& answer, const std::shared_ptr<const ByteSource>& source);
    Async<bool> send_stream(const Answer& answer, const BodyStream& stream);
    Async<> send_upgrade(const Answer& answer, const WebSocketWork& work);
    void refuse_unreadable(Answer& answer);
    Async<bool> send_problem(Problem problem);
    void count(const Answer& answer, Instant begun);
    /// False once the client is gone.
    Async<bool> write(Buffers buffers);
    Async<> drain();

    void wait_at_most(std::chrono::seconds time) { deadline_ = system_clock().monotonic() + time; }

    net::Socket socket_;
    std::shared_ptr<Service> service_;
    RequestParser parser_;
    WebSocketConnection* web_socket_ = nullptr;  // while this is one
    std::string peer_;
    std::string head_;  // of the response being written
    Instant deadline_ = Instant::max();
    bool expired_ = false;
    bool unreadable_ = false;  // the body, before anything was sent
    bool between_requests_ = false;
    bool finishing_ = false;
    bool keep_alive_ = true;
};

}  // namespace tally::http
