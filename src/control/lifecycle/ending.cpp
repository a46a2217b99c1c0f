#include "control/lifecycle/ending.hpp"

#include "control/broadcast/broadcast_repository.hpp"

namespace tally::control {

Async<std::optional<RecordingState>> finish_recording(
    sql::Database& database, LiveDirectory& live, const Broadcast& broadcast
) {
    if (!broadcast.recording_id) co_return std::nullopt;
    auto recording = co_await live.finish_recording(broadcast.id);
    if (!recording || broadcast.media_duration) co_return recording;
    co_await database.transact([id = broadcast.id, duration = recording->duration](sql::Session& session) {
        BroadcastRepository broadcasts(session);
        if (auto ended = broadcasts.find(id)) {
            ended->media_duration = duration;
            broadcasts.update(*ended);
        }
        return true;
    });
    co_return recording;
}

}  // namespace tally::control
