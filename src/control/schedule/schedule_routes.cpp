#include "control/schedule/schedule_routes.hpp"

#include "control/broadcast/broadcast_view.hpp"
#include "control/query.hpp"
#include "control/schedule/schedule_view.hpp"

namespace tally::control {

namespace {

constexpr std::string_view upcoming_list = "upcoming";

struct ScheduleRoutes {
    ScheduleService& schedule;
    BroadcastService& broadcasts;
    const Cursors& cursors;
    http::PublicUrls urls;

    json::object view(const ScheduledEventDetails& details) const {
        return scheduled_event_json(details, schedule.now());
    }
};

Outcome<ScheduledId> schedule_id_of(const http::Request& request) {
    auto id = ScheduledId::parse(request.parameter("id"));
    if (!id) return not_found("scheduled_event", request.parameter("id"));
    return *std::move(id);
}

Async<Outcome<http::Response>> create_scheduled(const ScheduleRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<NewScheduledEvent>(request));
    CO_TRY(const auto strict, read_strict(request));
    const auto answer = [&](const ScheduledEventDetails& made) {
        auto response = reply(201, routes.view(made));
        response.headers.set("Location", "/api/broadcasts/scheduled/" + made.event.id.text());
        return response;
    };
    auto alongside = keep_answer<ScheduledEventDetails>(request, answer);
    CO_TRY(
        const auto scheduled, co_await routes.schedule.schedule(std::move(body), strict, std::move(alongside))
    );
    co_return answer(scheduled);
}

Async<Outcome<http::Response>> upcoming(const ScheduleRoutes& routes, const http::Request& request) {
    Query query(request);
    auto page = query.page(routes.cursors, upcoming_list);
    if (!query.text("order")) page.newest_first = false;
    const bool overdue = query.flag("includeOverdue", true);
    UpcomingFilter filter{
        .channel = query.value<ChannelId>("channelId"),
        .from = query.value<Time>("from"),
        .to = query.value<Time>("to"),
    };
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    CO_TRY(const auto found, co_await routes.schedule.upcoming(std::move(filter), overdue, std::move(page)));
    co_return reply_page(
        request,
        found,
        routes.cursors,
        upcoming_list,
        [now = routes.schedule.now()](const ScheduledEvent& each) { return upcoming_json(each, now); }
    );
}

Async<Outcome<http::Response>> get_scheduled(const ScheduleRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, schedule_id_of(request));
    CO_TRY(const auto found, co_await routes.schedule.get(std::move(id)));
    co_return pollable(routes.view(found));
}

Async<Outcome<http::Response>> patch_scheduled(const ScheduleRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, schedule_id_of(request));
    CO_TRY(auto fields, read_body<ScheduledEventFields>(request));
    CO_TRY(const auto strict, read_strict(request));
    const auto view = [&routes](const ScheduledEvent& event) { return routes.view({event}); };
    CO_TRY(auto precondition, read_precondition<ScheduledEvent>(request, view));
    CO_TRY(
        const auto patched,
        co_await routes.schedule.patch(std::move(id), std::move(fields), strict, std::move(precondition))
    );
    co_return reply(200, routes.view(patched));
}

Async<Outcome<http::Response>> convert_scheduled(const ScheduleRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, schedule_id_of(request));
    CO_TRY(auto body, read_body<NewBroadcast>(request));
    body.scheduled_id = std::move(id);
    const auto answer = [&](const BroadcastDetails& made) { return reply_created(made, routes.urls); };
    CO_TRY(
        const auto created,
        co_await routes.broadcasts.create(std::move(body), keep_answer<BroadcastDetails>(request, answer))
    );
    co_return answer(created);
}

Async<Outcome<http::Response>> cancel_scheduled(const ScheduleRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, schedule_id_of(request));
    CO_TRY(const auto cancelled, co_await routes.schedule.cancel(std::move(id)));
    co_return reply(200, routes.view(cancelled));
}

}  // namespace

void add_schedule_routes(
    http::Router& router,
    ScheduleService& schedule,
    BroadcastService& broadcasts,
    const Cursors& cursors,
    const http::PublicUrls& urls
) {
    using http::Method;
    const auto routes = std::make_shared<const ScheduleRoutes>(schedule, broadcasts, cursors, urls);
    const AddRoute add(router, routes);
    add(Method::post, "/api/broadcasts/schedule", create_scheduled);
    add(Method::get, "/api/broadcasts/scheduled/upcoming", upcoming);
    add(Method::get, "/api/broadcasts/scheduled/{id}", get_scheduled);
    add(Method::patch, "/api/broadcasts/scheduled/{id}", patch_scheduled);
    add(Method::del, "/api/broadcasts/scheduled/{id}", cancel_scheduled);
    add(Method::post, "/api/broadcasts/scheduled/{id}/convert", convert_scheduled);
}

}  // namespace tally::control
