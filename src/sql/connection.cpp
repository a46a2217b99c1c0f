#include "sql/connection.hpp"

#include "base/log.hpp"
#include "sql/failure.hpp"

#include <soci/soci.h>

namespace tally::sql {

namespace {

constexpr std::chrono::milliseconds first_pause{100};
constexpr std::chrono::milliseconds longest_pause{1600};

}  // namespace

Connection::Connection(const Backend& backend) : backend_(backend), pause_(first_pause) {}

Connection::~Connection() = default;

soci::session& Connection::session() {
    if (session_) return *session_;
    if (Clock::now() < next_try_) throw Failure(Cause::gone, backend_.place + ": cannot be reached");
    try {
        auto opened = std::make_unique<soci::session>();
        backend_.open(*opened);
        session_ = std::move(opened);
        pause_ = first_pause;
        return *session_;
    } catch (const soci::soci_error& error) {
        next_try_ = Clock::now() + pause_;
        pause_ = std::min<Clock::duration>(2 * pause_, longest_pause);
        auto message = fmt::format("{}: {}", backend_.place, error.get_error_message());
        std::ranges::replace(message, '\n', ' ');
        log::warn("store.unreachable", {{"error", message}});
        throw Failure(Cause::gone, message);
    }
}

void Connection::drop() {
    session_.reset();
}

}  // namespace tally::sql
