// A control plane on a store of its own, with a clock to turn and a media side that only takes notes.
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "control/ingest/ingest_service.hpp"
#include "control/schedule/schedule_service.hpp"
#include "control/stream/stream_service.hpp"
#include "sql/testing.hpp"

#include <map>
#include <mutex>

namespace tally::control {

class NotedLive final : public LiveDirectory {
public:
    void start(const LiveStart& start) override {
        const std::scoped_lock lock(mutex_);
        starts.push_back(start);
    }

    Async<> end_stream(StreamId stream) override {
        const std::scoped_lock lock(mutex_);
        ended.push_back(std::move(stream));
        co_return;
    }

    Async<std::optional<RecordingState>> finish_recording(BroadcastId broadcast) override {
        const std::scoped_lock lock(mutex_);
        finished.push_back(std::move(broadcast));
        co_return recorded;
    }

    void set_visibility(const BroadcastId& broadcast, Visibility visibility) override {
        const std::scoped_lock lock(mutex_);
        visibilities.insert_or_assign(broadcast, visibility);
    }

    std::optional<Measured> measured(const StreamId&) const override { return std::nullopt; }

    std::vector<Rendition> renditions(const StreamId&) const override { return {}; }

    std::vector<StreamId> running_streams() const override {
        std::vector<StreamId> running;
        for (const auto& start : starts)
            if (std::ranges::find(ended, start.stream) == ended.end()) running.push_back(start.stream);
        return running;
    }

    RecordingState recorded{RecordingStatus::processing, true, Milliseconds(1500)};
    std::vector<LiveStart> starts;
    std::vector<StreamId> ended;
    std::vector<BroadcastId> finished;
    std::map<BroadcastId, Visibility> visibilities;

private:
    std::mutex mutex_;
};

struct ControlPlane {
    explicit ControlPlane(Options with = {}) : options(with) { wait(channels.prepare()); }

    /// Hands what encoders did to the lifecycle, which acts on it and on what is due.
    std::optional<Time> settle() {
        home.restart();
        home.poll();
        return wait(lifecycle.settle());
    }

    std::optional<Time> advance(Milliseconds by) {
        clock.advance(by);
        return settle();
    }

    BroadcastId make_broadcast(const ChannelId& on, std::string title = "A title") {
        const auto created = wait(broadcasts.create({.channel_id = on, .title = std::move(title)}));
        REQUIRE(created);
        return created->broadcast.id;
    }

    StreamId start_stream(const BroadcastId& broadcast) {
        const auto started = wait(streams.start({.channel_id = channel, .broadcast_id = broadcast}));
        REQUIRE(started);
        return started->details.stream.id;
    }

    void go_live(const BroadcastId& broadcast) { REQUIRE(wait(broadcasts.start(broadcast, false))); }

    Broadcast broadcast(const BroadcastId& id) { return wait(broadcasts.get(id))->broadcast; }

    Stream stream(const StreamId& id) { return wait(streams.get(id))->stream; }

    Channel read_channel() { return *wait(channels.get(channel.text())); }

    Options options;
    ManualClock clock;
    sql::TemporaryStore store;
    std::unique_ptr<sql::Database> database = store.open();
    ChannelFactory factory{StreamKeys(Secret("a secret for tests")), options};
    NotedLive live;
    asio::io_context home;
    ChannelService channels{*database, clock, factory};
    StreamLifecycle lifecycle{home.get_executor(), *database, clock, live};
    BroadcastService broadcasts{*database, clock, factory, channels, live, options};
    ScheduleService schedule{*database, clock, factory, channels, lifecycle};
    StreamService streams{*database, clock, factory, channels, live, lifecycle};
    IngestService ingest{*database, clock, factory, live, lifecycle, options};
    ChannelId channel = *ChannelId::parse("ch_001");
};

/// A broadcast on air with media flowing.
struct OnAirPlane : ControlPlane {
    OnAirPlane() {
        on_air = make_broadcast(channel);
        encoder = start_stream(on_air);
        go_live(on_air);
        clock.advance(std::chrono::seconds(1));
        lifecycle.media_arrived(encoder);
        settle();
    }

    BroadcastId on_air;
    StreamId encoder;
};

}  // namespace tally::control
