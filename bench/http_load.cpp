// Asks one address again and again over many kept connections, or posts bodies to it, and says how fast it
// was answered.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

/// A receiver that wakes for every packet would cost the sender: it wakes for this many bytes.
constexpr std::size_t receive_at_least = 48 * 1024;

[[noreturn]] void die(std::string_view why) {
    fmt::print(stderr, "http_load: {}\n", why);
    std::exit(1);
}

void require(bool holds, std::string_view what) {
    if (!holds) die(what);
}

struct Options {
    std::string host;
    std::uint16_t port = 0;
    std::string path;
    int connections = 0;
    std::chrono::seconds time{};
    int server = 0;      // process whose CPU time is counted
    std::string bodies;  // file of what is posted, one after another; blank lines between them
};

struct Totals {
    std::uint64_t bytes = 0;
    std::vector<float> latencies;  // ms, one per answer
};

class Connection {
public:
    explicit Connection(const Options& options) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(options.port);
        require(
            inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) == 1,
            "the host must be an IPv4 address"
        );
        require(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "cannot connect");
        const int on = 1;
        setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    int fd() const { return fd_; }

    void ask(const std::string& request) {
        asked_ = Clock::now();
        require(
            send(fd_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()),
            "cannot send"
        );
    }

    /// Takes what has arrived; true when it ends an answer.
    bool receive(Totals& totals) {
        std::array<char, 4096> head;
        const bool in_head = left_ == 0;
        // Bytes of a body are dropped in the kernel: copying them would only slow the load down.
        const auto size = in_head ? recv(fd_, head.data(), head.size(), MSG_DONTWAIT)
                                  : recv(fd_, nullptr, left_, MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && errno == EAGAIN) return false;
        require(size > 0, "the server hung up");
        totals.bytes += static_cast<std::size_t>(size);
        left_ = in_head ? body_behind({head.data(), static_cast<std::size_t>(size)})
                        : left_ - static_cast<std::size_t>(size);
        wake_at(left_ == 0 ? expected_ : left_);
        if (left_ > 0) return false;
        totals.latencies.push_back(std::chrono::duration<float, std::milli>(Clock::now() - asked_).count());
        return true;
    }

private:
    /// How many bytes of the body are still to come behind `received`, the start of an answer.
    std::size_t body_behind(std::string_view received) {
        constexpr std::string_view name = "Content-Length: ";
        const auto end = received.find("\r\n\r\n");
        if (received.starts_with("HTTP/1.1 204") && end != received.npos) {
            expected_ = end + 4;
            return 0;
        }
        require(received.starts_with("HTTP/1.1 200"), "the answer is not 200");
        const auto field = received.find(name);
        require(end != received.npos && field < end, "the answer has no length");
        std::size_t length = 0;
        std::from_chars(received.data() + field + name.size(), received.data() + end, length);
        expected_ = end + 4 + length;
        return expected_ - received.size();
    }

    void wake_at(std::size_t bytes) {
        const int mark = static_cast<int>(std::clamp<std::size_t>(bytes, 1, receive_at_least));
        if (expected_ < receive_at_least || mark == mark_) return;
        setsockopt(fd_, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark);
        mark_ = mark;
    }

    int fd_;
    std::size_t left_ = 0;      // bytes of the body
    std::size_t expected_ = 0;  // bytes of a whole answer, once one has been seen
    int mark_ = 1;
    Clock::time_point asked_;
};

/// CPU seconds, user and system, that a process has used; 0 for no process.
double cpu_seconds(int process) {
    std::ifstream file(fmt::format("/proc/{}/stat", process));
    std::string line;
    if (process == 0 || !std::getline(file, line)) return 0;
    long user = 0;
    long system = 0;
    const auto behind_name = line.substr(line.rfind(')') + 1);
    std::sscanf(behind_name.c_str(), " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// One after another, again from the first after the last.
class Requests {
public:
    explicit Requests(const Options& options) {
        const auto address = fmt::format("{} HTTP/1.1\r\nHost: {}\r\n", options.path, options.host);
        if (options.bodies.empty()) {
            texts_.push_back("GET " + address + "\r\n");
            return;
        }
        std::ifstream file(options.bodies);
        std::string body;
        for (std::string line; std::getline(file, line);) {
            if (!line.empty()) body.append(line).append("\n");
            if (!line.empty() || body.empty()) continue;
            texts_.push_back(fmt::format("POST {}Content-Length: {}\r\n\r\n{}", address, body.size(), body));
            body.clear();
        }
        require(!texts_.empty(), "there are no bodies");
    }

    const std::string& next() { return texts_[next_++ % texts_.size()]; }

private:
    std::vector<std::string> texts_;
    std::size_t next_ = 0;
};

Totals run(std::vector<Connection>& connections, Requests& requests, std::chrono::seconds time) {
    const int poll = epoll_create1(0);
    for (auto& connection : connections) {
        epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
        epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd(), &event);
        connection.ask(requests.next());
    }
    Totals totals;
    std::array<epoll_event, 256> events;
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
        const int count = epoll_wait(poll, events.data(), events.size(), 1000);
        require(count > 0, "the server does not answer");
        for (int i = 0; i < count; ++i) {
            auto& connection = *static_cast<Connection*>(events[i].data.ptr);
            if (connection.receive(totals)) connection.ask(requests.next());
        }
    }
    close(poll);
    return totals;
}

float percentile(const std::vector<float>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

/// http_load HOST PORT PATH CONNECTIONS SECONDS [SERVER_PID [BODIES]]
Options parse(int count, char** values) {
    require(
        count >= 6 && count <= 8, "usage: http_load HOST PORT PATH CONNECTIONS SECONDS [SERVER_PID [BODIES]]"
    );
    return {
        .host = values[1],
        .port = static_cast<std::uint16_t>(std::atoi(values[2])),
        .path = values[3],
        .connections = std::atoi(values[4]),
        .time = std::chrono::seconds(std::atoi(values[5])),
        .server = count > 6 ? std::atoi(values[6]) : 0,
        .bodies = count > 7 ? values[7] : "",
    };
}

}  // namespace

int main(int count, char** values) {
    const auto options = parse(count, values);
    Requests requests(options);
    std::vector<Connection> connections;
    for (int i = 0; i < options.connections; ++i)
        connections.emplace_back(options);
    const auto cpu_before = cpu_seconds(options.server);
    const auto start = Clock::now();
    auto totals = run(connections, requests, options.time);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    const double cpu = cpu_seconds(options.server) - cpu_before;
    require(!totals.latencies.empty(), "no request was answered in time");
    std::ranges::sort(totals.latencies);
    const auto answers = static_cast<double>(totals.latencies.size());
    fmt::print(
        "rate={:.0f} mbytes={:.1f} p50_ms={:.3f} p95_ms={:.3f} p99_ms={:.3f} cpu_us={:.2f}\n",
        answers / seconds,
        static_cast<double>(totals.bytes) / seconds / 1e6,
        percentile(totals.latencies, 0.50),
        percentile(totals.latencies, 0.95),
        percentile(totals.latencies, 0.99),
        cpu * 1e6 / answers
    );
}
