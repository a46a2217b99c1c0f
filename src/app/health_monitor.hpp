// Watches every live stream of the process: once a second, for all who want to know of its health.
#pragma once

#include "app/host_meter.hpp"
#include "app/live_streams.hpp"
#include "control/alert/alert_service.hpp"
#include "control/stream/health_service.hpp"
#include "health/stream_health.hpp"
#include "net/signal.hpp"

#include <map>
#include <mutex>

namespace tally::app {

class HealthMonitor final : public control::HealthDirectory {
public:
    /// What is outside of the streams; all of it outlives the monitor.
    struct Surroundings {
        const Clock& clock;
        const LiveStreams& streams;
        config::Live settings;
        HostMeter& host;
        /// What players report of a broadcast; absent where nothing gathers that.
        std::function<health::Audience(const BroadcastId&)> audience{};
    };

    /// Where what was found is kept.
    struct Store {
        control::HealthService& records;
        control::AlertService& alerts;
    };

    HealthMonitor(const Executor& home, const Surroundings& surroundings)
        : home_(home),
          clock_(surroundings.clock),
          streams_(surroundings.streams),
          settings_(surroundings.settings),
          host_(surroundings.host),
          audience_(surroundings.audience),
          timer_(home) {}

    /// `url`: where encoders publish, without a key.
    void set_ingest_url(std::string url) { ingest_url_ = std::move(url); }

    /// Before run(): the alerts that a previous process left open.
    void take_up(const std::vector<control::Alert>& open);
    /// Until close(), on `home`. Alerts and another status go to the store at once, figures every ten seconds
    /// and when a stream has ended; while the store fails, they wait.
    Async<> run(Store store);
    /// Keeps what is not in the store yet.
    Async<> close(Store store);

    /// As it was measured last; on `home`.
    const health::Host& host() const { return host_figures_; }

    /// From any thread, as what follows.
    std::string status(const StreamId& stream) const;
    /// Of a stream that runs here; empty before it was first observed.
    std::optional<health::Vitals> vitals(const StreamId& stream) const;
    /// Alerts raised by this process, by severity; one that rose counts again.
    std::array<std::uint64_t, 3> raised() const;

    std::shared_ptr<const control::HealthReport> report(const StreamId& stream) const override;
    std::optional<json::object> last_document(const StreamId& stream) const override;
    json::object blank_document(const control::Quality& target) const override;
    json::object stats(
        const StreamId& stream,
        const control::StatsRequest& request,
        const std::vector<control::HealthMinute>& stored
    ) const override;
    std::vector<std::string_view> metrics() const override;

private:
    struct Watched {
        Watched(control::LiveStart from, const health::Plan& plan, const std::vector<health::Alert>& open)
            : start(std::move(from)),
              health(plan, open) {}

        control::LiveStart start;
        health::StreamHealth health;
        std::shared_ptr<const control::HealthReport> report;
        bool running = true;    // otherwise it goes once it is in the store
        bool gathered = false;  // after its end
    };

    /// What waits for the store.
    struct Unsaved {
        std::map<StreamId, control::HealthDocument> documents;
        std::map<std::pair<StreamId, Time>, control::HealthMinute> minutes;
        std::map<control::AlertId, control::Alert> alerts;

        bool is_empty() const { return documents.empty() && minutes.empty() && alerts.empty(); }
    };

    void tick();
    Async<> look_around(Store store);
    static Async<> beat(Store store);
    void note(const control::LiveStart& start, const std::vector<health::AlertChange>& changes);
    void observe(const Pipeline& pipeline, Time now);
    void gather(const StreamId& stream, Watched& watched);
    Async<> save(Store store);
    health::Plan plan_of(const control::LiveStart& start) const;

    Executor home_;
    const Clock& clock_;
    const LiveStreams& streams_;
    config::Live settings_;
    HostMeter& host_;
    std::function<health::Audience(const BroadcastId&)> audience_;
    std::string ingest_url_;
    health::Host host_figures_;
    std::map<StreamId, health::Standing> standings_;
    std::map<StreamId, std::vector<health::Alert>> left_open_;
    bool looking_ = false;
    net::Timer timer_;
    bool closed_ = false;
    bool saving_ = false;
    int ticks_ = 0;
    Unsaved unsaved_;
    mutable std::mutex mutex_;
    std::map<StreamId, Watched> watched_;    // under the mutex
    std::array<std::uint64_t, 3> raised_{};  // under the mutex
};

}  // namespace tally::app
