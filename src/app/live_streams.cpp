#include "app/live_streams.hpp"

#include "base/log.hpp"
#include "net/spawn.hpp"
#include "record/movie.hpp"

#include <ranges>

namespace tally::app {
namespace {

/// How long an ended stream's last playlists answer, so that players reach the end of what they buffer.
constexpr std::chrono::seconds farewell{30};

Async<> remove_later(
    cdn::LiveDirectory& viewers, ChannelId channel, std::shared_ptr<package::Output> output
) {
    net::Timer timer(co_await asio::this_coro::executor, farewell);
    co_await timer.async_wait(as_result);
    const auto current = viewers.find(channel.text());
    if (current && current->output == output) viewers.remove(channel);
}

}  // namespace

void LiveStreams::start(const control::LiveStart& start) {
    const std::lock_guard lock(mutex_);
    if (pipelines_.contains(start.stream)) return;
    const auto home = parts_.runtime.executor(started_++ % parts_.runtime.size());
    std::optional<Pipeline::Recording> recording;
    if (start.recording) recording.emplace(parts_.recorder, parts_.library.directory(start.broadcast));
    const auto pipeline = std::make_shared<Pipeline>(
        home,
        parts_.clock,
        Pipeline::Start{
            .live = start,
            .recording = recording,
            .events = events_of(start.stream),
            .packaging =
                {
                    .segment = parts_.settings.segment_duration,
                    .part = parts_.settings.part_duration,
                    .live = {.listed = parts_.settings.window},
                },
            .content = content_check(),
        }
    );
    pipelines_.emplace(start.stream, pipeline);
    show(start, pipeline->output());
    listener_.on_air(start);
    net::spawn(home, "pipeline", pipeline->build());
    log::info("stream started", {{"stream", start.stream.text()}, {"channel", start.channel.text()}});
}

void LiveStreams::show(const control::LiveStart& start, std::shared_ptr<const package::Output> output) const {
    parts_.viewers.add(
        {
            .id = start.channel,
            .broadcast = start.broadcast,
            .output = std::move(output),
            .channel_restricted = listener_.is_restricted(start.channel),
            .broadcast_restricted = is_restricted(start.visibility),
        },
        listener_.names_of(start.channel)
    );
    channels_changed();  // since they were asked
}

void LiveStreams::channels_changed() const {
    parts_.viewers.update([this](cdn::LiveChannel& live) {
        live.channel_restricted = listener_.is_restricted(live.id);
    });
}

void LiveStreams::set_visibility(const BroadcastId& broadcast, control::Visibility visibility) {
    parts_.viewers.update([&](cdn::LiveChannel& live) {
        if (live.broadcast == broadcast) live.broadcast_restricted = is_restricted(visibility);
    });
}

LiveStreams::Audience LiveStreams::audience(const ChannelId& channel) const {
    const auto live = parts_.viewers.find(channel.text());
    if (live) return {.broadcast = live->broadcast, .restricted = live->restricted()};
    return {.broadcast = {}, .restricted = listener_.is_restricted(channel)};
}

std::shared_ptr<ContentCheck> LiveStreams::content_check() const {
    const auto& settings = parts_.content;
    if (!settings.picture && !settings.sound) return nullptr;
    return std::make_shared<ContentCheck>(parts_.pictures, settings);
}

media::StreamEvents LiveStreams::events_of(const StreamId& stream) const {
    return {
        .connected = [] {},
        .first_media = [this, stream] { listener_.media_arrived(stream); },
        .disconnected = [this, stream](bool goodbye) { listener_.encoder_left(stream, goodbye); },
        .refused = [this, stream] { listener_.media_refused(stream); },
    };
}

Async<> LiveStreams::end_stream(StreamId stream) {
    const auto pipeline = find(stream);
    if (!pipeline) co_return;
    co_await pipeline->end();
    const std::lock_guard lock(mutex_);
    if (pipelines_.erase(stream) == 0) co_return;
    const auto home = parts_.runtime.executor(0);
    net::spawn(home, "farewell", remove_later(parts_.viewers, pipeline->start().channel, pipeline->output()));
    log::info("stream ended", {{"stream", stream.text()}, {"channel", pipeline->start().channel.text()}});
}

Async<std::optional<control::RecordingState>> LiveStreams::finish_recording(BroadcastId broadcast) {
    listener_.over(broadcast);
    parts_.library.forget(broadcast);
    const auto opened = co_await parts_.library.open(broadcast);
    if (!opened) {
        if (opened.error().code == Errc::not_found) co_return std::nullopt;
        log::error(
            "recording cannot be opened", {{"broadcast", broadcast.text()}, {"error", opened.error().context}}
        );
        co_return control::RecordingState{.status = control::RecordingStatus::failed};
    }
    const auto& view = *opened->recording;
    // A broadcast without media has no recording, as delivery says too.
    control::RecordingState state{
        .status = view.playable() ? control::RecordingStatus::ready : control::RecordingStatus::none,
        .playable = view.playable(),
        .duration = std::chrono::duration_cast<Milliseconds>(view.duration()),
    };
    for (const auto& cut : record::previews(view))
        state.previews.push_back({
            .n = static_cast<int>(state.previews.size()) + 1,
            .offset = std::chrono::round<Milliseconds>(cut.from - view.start()),
            .duration = std::chrono::round<Milliseconds>(cut.to - cut.from),
        });
    co_return state;
}

std::optional<control::Measured> LiveStreams::measured(const StreamId& stream) const {
    const auto pipeline = find(stream);
    const auto built = pipeline ? pipeline->built() : nullptr;
    const auto now = built ? built->meter().measured() : nullptr;
    if (!now) return std::nullopt;
    control::Measured measured;
    if (now->video) {
        measured.resolution = control::Resolution{
            .width = static_cast<int>(now->video->width),
            .height = static_cast<int>(now->video->height),
        };
        measured.bitrate = now->video->kbps;
        measured.fps = std::round(now->video->fps * 1000) / 1000;
        measured.video_codec = now->video->codecs;
    }
    if (now->audio) measured.audio_codec = now->audio->codecs;
    return measured;
}

std::vector<control::Rendition> LiveStreams::renditions(const StreamId& stream) const {
    const auto now = measured(stream);
    const auto pipeline = find(stream);
    const auto snapshot = pipeline ? pipeline->output()->snapshot() : nullptr;
    std::vector<control::Rendition> renditions;
    if (!snapshot) return renditions;
    for (const auto& [name, view] : snapshot->renditions) {
        const auto* format = std::get_if<codec::VideoFormat>(view->rendition.format.get());
        if (!format) continue;
        renditions.push_back({
            .name = name,
            .width = static_cast<int>(format->width),
            .height = static_cast<int>(format->height),
            .fps = now ? now->fps : 0,
            .bitrate = now ? now->bitrate : 0,
            .codecs = format->codecs,
        });
    }
    return renditions;
}

Task<std::shared_ptr<media::Stream>> LiveStreams::stream(StreamId stream) {
    const auto pipeline = find(stream);
    if (!pipeline) co_return fail(Errc::closed, "the stream has ended");
    co_return co_await pipeline->stream();
}

Task<std::shared_ptr<media::Stream>> LiveStreams::playing(ChannelId channel) {
    const auto pipeline = find(channel);
    const auto built = pipeline ? pipeline->built() : nullptr;
    const bool has_media = built && (built->format(media::Kind::video) || built->format(media::Kind::audio));
    if (!has_media) co_return fail(Errc::not_found, "the channel is offline");
    co_return built;
}

media::FramePtr LiveStreams::newest_keyframe(const ChannelId& channel) const {
    const auto pipeline = find(channel);
    const auto built = pipeline ? pipeline->built() : nullptr;
    return built ? built->newest_keyframe() : nullptr;
}

Async<> LiveStreams::suspend() {
    std::map<StreamId, PipelinePtr> running;
    {
        const std::lock_guard lock(mutex_);
        running.swap(pipelines_);
    }
    for (const auto& pipeline : running | std::views::values) {
        co_await pipeline->end();
    }
}

bool LiveStreams::has_broadcast(const BroadcastId& broadcast) const {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(pipelines_ | std::views::values, [&](const PipelinePtr& pipeline) {
        return pipeline->start().broadcast == broadcast;
    });
}

std::size_t LiveStreams::count() const {
    const std::lock_guard lock(mutex_);
    return pipelines_.size();
}

std::vector<std::shared_ptr<Pipeline>> LiveStreams::running() const {
    const std::lock_guard lock(mutex_);
    std::vector<PipelinePtr> running;
    std::ranges::copy(pipelines_ | std::views::values, std::back_inserter(running));
    return running;
}

std::vector<StreamId> LiveStreams::running_streams() const {
    const std::lock_guard lock(mutex_);
    std::vector<StreamId> running;
    std::ranges::copy(pipelines_ | std::views::keys, std::back_inserter(running));
    return running;
}

std::string LiveStreams::health_status(const StreamId& stream) const {
    return listener_.health_of(stream);
}

LiveStreams::PipelinePtr LiveStreams::find(const StreamId& stream) const {
    const std::lock_guard lock(mutex_);
    const auto found = pipelines_.find(stream);
    return found == pipelines_.end() ? nullptr : found->second;
}

LiveStreams::PipelinePtr LiveStreams::find(const ChannelId& channel) const {
    const std::lock_guard lock(mutex_);
    for (const auto& pipeline : pipelines_ | std::views::values) {
        if (pipeline->start().channel == channel) return pipeline;
    }
    return nullptr;
}

}  // namespace tally::app
