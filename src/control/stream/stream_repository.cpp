#include "control/stream/stream_repository.hpp"

#include "control/event/changes.hpp"

#include <fmt/format.h>

namespace tally::control {

namespace {

constexpr std::string_view is_running = "status in ('starting', 'active', 'reconnecting', 'stopping')";
constexpr std::string_view is_stopped = "status in ('stopped', 'failed')";

struct Deadline {
    Time deadline_at;
};
BOOST_DESCRIBE_STRUCT(Deadline, (), (deadline_at))

}  // namespace

std::optional<Stream> StreamRepository::find(const StreamId& id) {
    return session_.find<Stream>("select * from streams where id = :id", {{"id", id}});
}

Page<Stream> StreamRepository::list(const StreamFilter& filter, const PageRequest& request) {
    Selection selection("streams", "started_at");
    if (filter.status == StreamSelection::active) selection.where(is_running, {});
    if (filter.status == StreamSelection::stopped) selection.where(is_stopped, {});
    if (filter.channel) selection.where("channel_id = :channel", {{"channel", *filter.channel}});
    return selection.page<Stream>(session_, request, [](const Stream& each) { return each.started_at; });
}

std::vector<Stream> StreamRepository::running() {
    return session_.query<Stream>(fmt::format("select * from streams where {}", is_running));
}

std::vector<Stream> StreamRepository::due(Time now) {
    return session_.query<Stream>(
        "select * from streams where deadline_at <= :now order by deadline_at limit 100", {{"now", now}}
    );
}

std::optional<Time> StreamRepository::next_deadline() {
    const auto next = session_.find<Deadline>(
        "select deadline_at from streams where deadline_at is not null order by deadline_at limit 1"
    );
    return next ? std::optional(next->deadline_at) : std::nullopt;
}

void StreamRepository::insert(const Stream& stream) {
    session_.insert("streams", stream);
    tell_created(session_, stream);
}

void StreamRepository::update(const Stream& stream, Time now) {
    const auto before = find(stream.id);
    session_.update("streams", stream);
    if (before) tell_changed(session_, *before, stream, now);
}

}  // namespace tally::control
