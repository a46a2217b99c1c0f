#include "control/channel/readiness.hpp"

namespace tally::control {

namespace {

Async<json::object> run(const ReadinessCheck& check, const Channel& channel) {
    json::object details;
    const auto wrong = co_await check.run(channel, details);
    json::object printed{{"name", check.name}, {"ok", wrong.empty()}};
    if (!wrong.empty()) printed["message"] = wrong;
    printed.insert(details.begin(), details.end());
    co_return printed;
}

Async<Outcome<http::Response>> answer(
    ChannelService& channels, const std::vector<ReadinessCheck>& checks, const http::Request& request
) {
    CO_TRY(const auto channel, co_await channels.get(std::string(request.parameter("id"))));
    const bool enabled = channel.status != ChannelStatus::disabled;
    bool ready = enabled;
    json::array printed{json::object{{"name", "channel"}, {"ok", enabled}}};
    if (!enabled) printed.back().as_object()["message"] = "The channel is disabled.";
    for (const auto& check : checks) {
        auto outcome = co_await run(check, channel);
        ready = ready && outcome.at("ok").as_bool();
        printed.push_back(std::move(outcome));
    }
    co_return pollable(json::object{
        {"channelId", channel.id.text()},
        {"ready", ready},
        {"checks", std::move(printed)},
    });
}

}  // namespace

void add_readiness_route(http::Router& router, ChannelService& channels, std::vector<ReadinessCheck> checks) {
    router.add(
        http::Method::get,
        "/api/channels/{id}/readiness",
        handler([&channels, checks = std::move(checks)](const http::Request& request) {
            return answer(channels, checks, request);
        })
    );
}

}  // namespace tally::control
