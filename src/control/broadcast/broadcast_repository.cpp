#include "control/broadcast/broadcast_repository.hpp"

#include "control/event/changes.hpp"

namespace tally::control {

namespace {

/// A LIKE pattern that finds `text` itself anywhere; '\' is the escape character.
std::string containing(std::string_view text) {
    std::string pattern = "%";
    for (const char letter : text) {
        if (letter == '%' || letter == '_' || letter == '\\') pattern += '\\';
        pattern += letter;
    }
    return pattern + "%";
}

Selection select(const BroadcastFilter& filter, BroadcastOrder order) {
    const bool by_start = order == BroadcastOrder::started;
    Selection selection("broadcasts", by_start ? "coalesce(started_at, created_at)" : "created_at");
    if (filter.channel) selection.where("channel_id = :channel", {{"channel", *filter.channel}});
    if (filter.status) selection.where("status = :status", {{"status", *filter.status}});
    if (filter.from) selection.where("created_at >= :from", {{"from", *filter.from}});
    if (filter.to) selection.where("created_at < :to", {{"to", *filter.to}});
    if (filter.ended_from) selection.where("ended_at >= :ended_from", {{"ended_from", *filter.ended_from}});
    if (filter.tag) {
        const auto in_json = json::write(*filter.tag);
        selection.where(R"(tags like :tag escape '\')", {{"tag", containing(in_json)}});
    }
    if (filter.text) {
        const auto pattern = containing(*filter.text);
        selection.where(R"(lower(title) like lower(:text) escape '\')", {{"text", pattern}});
    }
    return selection;
}

}  // namespace

std::optional<Broadcast> BroadcastRepository::find(const BroadcastId& id) {
    return session_.find<Broadcast>("select * from broadcasts where id = :id", {{"id", id}});
}

Page<Broadcast> BroadcastRepository::list(
    const BroadcastFilter& filter, BroadcastOrder order, const PageRequest& request
) {
    const auto time_of = [order](const Broadcast& each) {
        return order == BroadcastOrder::started ? each.started_at.value_or(each.created_at) : each.created_at;
    };
    return select(filter, order).page<Broadcast>(session_, request, time_of);
}

std::vector<Broadcast> BroadcastRepository::unfinished(Time ended_from) {
    return session_.query<Broadcast>(
        "select * from broadcasts where status = 'completed' and recording_id is not null"
        " and media_duration is null and ended_at >= :ended_from order by ended_at desc limit 100",
        {{"ended_from", ended_from}}
    );
}

void BroadcastRepository::insert(const Broadcast& broadcast) {
    session_.insert("broadcasts", broadcast);
    tell_created(session_, broadcast);
}

void BroadcastRepository::update(const Broadcast& broadcast, Time now) {
    const auto before = find(broadcast.id);
    session_.update("broadcasts", broadcast);
    if (before) tell_changed(session_, *before, broadcast, now);
}

}  // namespace tally::control
