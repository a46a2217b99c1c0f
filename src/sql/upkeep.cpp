#include "sql/upkeep.hpp"

#include "base/log.hpp"
#include "sql/failure.hpp"

#include <soci/soci.h>

#include <condition_variable>

namespace tally::sql {

namespace {

void keep_up(const Backend& backend, Connection& connection) try {
    if (backend.writing.trouble().empty()) connection.session() << backend.upkeep;
} catch (const soci::soci_error& error) {
    log::warn("store.upkeep_failed", {{"error", Failure(error).what()}});
    connection.drop();
} catch (const Failure&) {  // NOLINT(bugprone-empty-catch): that it cannot be reached was said
}

}  // namespace

Upkeep::Upkeep(const Backend& backend, const Lane& writers, std::chrono::milliseconds interval)
    : backend_(backend),
      writers_(writers) {
    if (!backend.upkeep.empty())
        thread_ = std::jthread([this, interval](const std::stop_token& stop) { run(stop, interval); });
}

void Upkeep::run(const std::stop_token& stop, std::chrono::milliseconds interval) {
    Connection connection(backend_);
    std::mutex mutex;
    std::condition_variable_any stopping;
    std::unique_lock lock(mutex);
    auto done = writers_.commits();
    while (!stopping.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); })) {
        const auto commits = writers_.commits();
        if (commits == done) continue;
        keep_up(backend_, connection);
        done = commits;
    }
}

}  // namespace tally::sql
