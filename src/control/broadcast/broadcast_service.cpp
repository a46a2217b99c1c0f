#include "control/broadcast/broadcast_service.hpp"

#include "control/alert/alert_repository.hpp"
#include "control/lifecycle/media_side.hpp"
#include "control/schedule/conversion.hpp"

namespace tally::control {

namespace {

std::unexpected<Problem> no_broadcast(const BroadcastId& id) {
    return control::not_found("broadcast", id.text());
}

std::unexpected<Problem> invalid_transition(const Broadcast& broadcast, std::string_view wanted) {
    const auto what = "Broadcast " + broadcast.id.text();
    return control::invalid_transition(broadcast_transitions, what, broadcast.status, wanted);
}

BroadcastDetails details_of(sql::Session& session, OnAir on_air) {
    const auto alerts = AlertRepository(session).counts(on_air.broadcast.id, false);
    return {.broadcast = std::move(on_air.broadcast), .channel = std::move(on_air.channel), .alerts = alerts};
}

}  // namespace

Async<Outcome<BroadcastDetails>> BroadcastService::create(
    NewBroadcast request, Alongside<BroadcastDetails> alongside
) {
    if (auto errors = check(request); !errors.empty()) co_return validation_failed(std::move(errors));
    auto created = co_await database_.transact([&](sql::Session& session) {
        return write_alongside(session, create_in(session, request), alongside);
    });
    if (created && !created->warnings.empty()) co_await channels_.refresh_names();
    co_return created;
}

Outcome<BroadcastDetails> BroadcastService::create_in(sql::Session& session, const NewBroadcast& request) {
    const auto now = clock_.now();
    if (request.scheduled_id) return convert(session, request, options_, now);
    std::vector<Warning> warnings;
    TRY(auto channel, factory_.find_or_provision(session, *request.channel_id, now, warnings));
    if (channel.status == ChannelStatus::disabled) return channel_disabled(channel);
    auto broadcast = new_broadcast(request, channel, options_, now);
    BroadcastRepository(session).insert(broadcast);
    return BroadcastDetails{std::move(broadcast), std::move(channel), std::move(warnings)};
}

Async<Outcome<BroadcastDetails>> BroadcastService::get(BroadcastId id) {
    co_return co_await database_.read([=](sql::Session& session) -> Outcome<BroadcastDetails> {
        const auto broadcast = BroadcastRepository(session).find(id);
        if (!broadcast) return no_broadcast(id);
        auto on_air = load(session, *broadcast);
        return details_of(session, std::move(on_air));
    });
}

Async<Page<BroadcastDetails>> BroadcastService::list(
    BroadcastFilter filter, BroadcastOrder order, PageRequest page
) {
    co_return co_await database_.read([=](sql::Session& session) {
        auto found = BroadcastRepository(session).list(filter, order, page);
        Page<BroadcastDetails> details{.items = {}, .next = std::move(found.next)};
        for (const auto& broadcast : found.items)
            details.items.push_back(details_of(session, load(session, broadcast)));
        return details;
    });
}

Async<Outcome<BroadcastDetails>> BroadcastService::patch(
    BroadcastId id, BroadcastFields fields, Precondition<BroadcastDetails> precondition
) {
    if (auto errors = check(fields); !errors.empty()) co_return validation_failed(std::move(errors));
    auto patched = co_await database_.transact([&](sql::Session& session) -> Outcome<BroadcastDetails> {
        BroadcastRepository broadcasts(session);
        const auto broadcast = broadcasts.find(id);
        if (!broadcast) return no_broadcast(id);
        auto on_air = load(session, *broadcast);
        auto details = details_of(session, std::move(on_air));
        if (auto holds = precondition(details); !holds) return std::unexpected(std::move(holds).error());
        apply(fields, details.broadcast);
        broadcasts.update(details.broadcast, clock_.now());
        return details;
    });
    if (patched) live_.set_visibility(id, patched->broadcast.visibility);
    co_return patched;
}

Async<Outcome<BroadcastDetails>> BroadcastService::start(BroadcastId id, bool require_media) {
    co_return co_await database_.transact(
        [this, id, require_media](sql::Session& session) -> Outcome<BroadcastDetails> {
            const auto broadcast = BroadcastRepository(session).find(id);
            if (!broadcast) return no_broadcast(id);
            auto on_air = load(session, *broadcast);
            const auto next = follow(broadcast_transitions, broadcast->status, BroadcastAction::start);
            if (!next) return invalid_transition(*broadcast, "started");
            if (*next != broadcast->status) {
                if (auto is_free = check_output_is_free(on_air.channel, *broadcast); !is_free)
                    return std::unexpected(std::move(is_free).error());
                if (require_media && broadcast->media_state != MediaState::receiving)
                    return http::problem(
                        409, "stream_not_receiving_media", "No media arrives for this broadcast."
                    );
                const auto now = clock_.now();
                go_live(on_air, now);
                save(session, on_air, now);
            }
            const bool has_stream = on_air.stream.has_value();
            auto details = details_of(session, std::move(on_air));
            if (!has_stream)
                details.warnings.push_back(
                    {"no_stream_bound", "No stream was started for this broadcast yet."}
                );
            return details;
        }
    );
}

Async<Outcome<BroadcastDetails>> BroadcastService::complete(BroadcastId id) {
    return end(std::move(id), BroadcastAction::complete, "completed");
}

Async<Outcome<BroadcastDetails>> BroadcastService::cancel(BroadcastId id) {
    return end(std::move(id), BroadcastAction::cancel, "cancelled");
}

Async<Outcome<BroadcastDetails>> BroadcastService::revoke(BroadcastId id) {
    return end(std::move(id), BroadcastAction::revoke, "revoked");
}

Async<Outcome<BroadcastDetails>> BroadcastService::end(
    BroadcastId id, BroadcastAction action, std::string_view reason
) {
    auto ended = co_await database_.transact(
        [this, id, action, reason](sql::Session& session) -> Outcome<BroadcastDetails> {
            const auto broadcast = BroadcastRepository(session).find(id);
            if (!broadcast) return no_broadcast(id);
            const auto next = follow(broadcast_transitions, broadcast->status, action);
            if (!next) return invalid_transition(*broadcast, reason);
            auto on_air = load(session, *broadcast);
            const auto now = clock_.now();
            hold_off(on_air, now);
            end_broadcast(on_air, action, reason, now);
            save(session, on_air, now);
            return details_of(session, std::move(on_air));
        }
    );
    if (!ended) co_return ended;
    const auto& streams = ended->broadcast.stream_ids;
    if (!streams.empty()) co_await live_.end_stream(streams.back());
    const auto recording = co_await finish_recording(database_, live_, ended->broadcast, clock_.now());
    if (recording) ended->broadcast.media_duration = recording->duration;
    co_return ended;
}

}  // namespace tally::control
