#include "control/lifecycle/media_side.hpp"

#include "base/log.hpp"
#include "control/broadcast/broadcast_repository.hpp"
#include "control/event/changes.hpp"
#include "control/stream/stream_repository.hpp"

namespace tally::control {

Async<> start_media(sql::Database& database, LiveDirectory& live, LiveStart start) {
    live.start(start);
    const bool ended = co_await database.read([id = start.stream](sql::Session& session) {
        const auto stream = StreamRepository(session).find(id);
        return !stream || is_over(stream->status);
    });
    if (ended) co_await live.end_stream(start.stream);
}

Async<std::optional<RecordingState>> finish_recording(
    sql::Database& database, LiveDirectory& live, const Broadcast& broadcast, Time now
) {
    if (!broadcast.recording_id) co_return std::nullopt;
    auto recording = co_await live.finish_recording(broadcast.id);
    if (!recording || broadcast.media_duration) co_return recording;
    try {
        co_await database.transact([id = broadcast.id, recorded = *recording, now](sql::Session& session) {
            BroadcastRepository broadcasts(session);
            auto ended = broadcasts.find(id);
            if (!ended || ended->media_duration) return true;
            ended->media_duration = recorded.duration;
            broadcasts.update(*ended, now);
            tell_recording(session, *ended, recorded, now);
            return true;
        });
    } catch (const sql::Unavailable&) {
        // The broadcast is over already, and this is noted when its end is asked for again.
        log::warn("recording.duration_not_noted", {{"broadcast", broadcast.id.text()}});
    }
    co_return recording;
}

}  // namespace tally::control
