#include "http/access_log.hpp"

#include "http/method.hpp"

#include <atomic>

namespace tally::http {
namespace {

constexpr std::size_t longest_agent = 128;

std::atomic<std::optional<log::Level>>& level() {
    static std::atomic<std::optional<log::Level>> instance{log::Level::debug};
    return instance;
}

}  // namespace

void configure_access_log(std::optional<log::Level> chosen) {
    level() = chosen;
}

std::optional<Instant> begin_access_line() {
    const auto chosen = level().load(std::memory_order_relaxed);
    if (!chosen || !log::enabled(*chosen)) return std::nullopt;
    return system_clock().monotonic();
}

/// Without the query: keys and tokens may be in it.
void write_access_line(Instant begun, const Request& request, const Answer& answer) {
    const std::chrono::duration<double, std::milli> taken = system_clock().monotonic() - begun;
    log::write(
        level().load().value_or(log::Level::debug),
        "request",
        {{"method", name_of(request.method)},
         {"path", request.path},
         {"status", answer.response.status},
         {"bytes", answer.send_body ? answer.length.value_or(0) : 0},
         {"ms", std::round(taken.count() * 1000) / 1000},
         {"peer", request.peer},
         {"key", request.caller ? std::string_view(request.caller->id) : ""},
         {"agent", request.header("User-Agent").substr(0, longest_agent)},
         {"request", request.id}}
    );
}

}  // namespace tally::http
