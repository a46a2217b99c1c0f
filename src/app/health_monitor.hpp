// Watches every live stream of the process: once a second, for all who want to know of its health.
#pragma once

#include "app/live_streams.hpp"
#include "control/stream/health_service.hpp"
#include "health/stream_health.hpp"
#include "net/signal.hpp"

#include <map>
#include <mutex>

namespace tally::app {

class HealthMonitor final : public control::HealthDirectory {
public:
    HealthMonitor(const Executor& home, const Clock& clock, const LiveStreams& streams, config::Live settings)
        : home_(home),
          clock_(clock),
          streams_(streams),
          settings_(settings),
          timer_(home) {}

    /// Until close(), on `home`. Every ten seconds, and when a stream has ended, its figures go to `records`;
    /// while the store fails, they wait.
    Async<> run(control::HealthService& records);
    /// Keeps what is not in the store yet.
    Async<> close(control::HealthService& records);

    /// From any thread.
    std::string status(const StreamId& stream) const;

    std::shared_ptr<const control::HealthReport> report(const StreamId& stream) const override;
    std::optional<json::object> last_document(const StreamId& stream) const override;
    json::object blank_document() const override;
    json::object stats(
        const StreamId& stream,
        const control::StatsRequest& request,
        const std::vector<control::HealthMinute>& stored
    ) const override;
    std::vector<std::string_view> metrics() const override;

private:
    struct Watched {
        explicit Watched(const health::Plan& plan) : health(plan) {}

        health::StreamHealth health;
        std::shared_ptr<const control::HealthReport> report;
        bool running = true;    // otherwise it goes once it is in the store
        bool gathered = false;  // after its end
    };

    /// What waits for the store.
    struct Unsaved {
        std::map<StreamId, control::HealthDocument> documents;
        std::map<std::pair<StreamId, Time>, control::HealthMinute> minutes;
    };

    void tick();
    void observe(const Pipeline& pipeline, Time now);
    void gather(const StreamId& stream, Watched& watched);
    Async<> save(control::HealthService& records);
    health::Plan plan_of(const control::LiveStart& start) const;

    Executor home_;
    const Clock& clock_;
    const LiveStreams& streams_;
    config::Live settings_;
    net::Timer timer_;
    bool closed_ = false;
    bool saving_ = false;
    int ticks_ = 0;
    Unsaved unsaved_;
    mutable std::mutex mutex_;
    std::map<StreamId, Watched> watched_;  // under the mutex
};

}  // namespace tally::app
