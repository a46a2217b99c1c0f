// The refusals that several use cases share, with their stable codes.
#pragma once

#include "base/enum_text.hpp"
#include "control/channel/channel.hpp"
#include "control/state_machine.hpp"
#include "http/problem.hpp"
#include "json/checks.hpp"

#include <fmt/format.h>

namespace tally::control {

using http::Outcome;
using http::Problem;

std::unexpected<Problem> validation_failed(json::FieldErrors errors);
/// 404 "channel_not_found", for `kind` "channel".
std::unexpected<Problem> not_found(std::string_view kind, std::string_view id);
/// Names what the channel is busy with (API A13).
std::unexpected<Problem> channel_busy(const Channel& channel);
std::unexpected<Problem> channel_disabled(const Channel& channel);
std::unexpected<Problem> channel_deleted(const Channel& channel);
std::unexpected<Problem> slug_taken(std::string_view slug);

/// 409 with what is allowed instead, from the table that refused.
template <class State, class Action, std::size_t Size>
std::unexpected<Problem> invalid_transition(
    const std::array<Transition<State, Action>, Size>& table,
    std::string_view what,
    State state,
    std::string_view wanted
) {
    auto refusal = http::problem(
        409,
        "invalid_state_transition",
        fmt::format("{} is {}; it cannot be {}.", what, enum_text(state), wanted)
    );
    json::array allowed;
    for (const auto next : reachable(table, state))
        allowed.emplace_back(enum_text(next));
    refusal.error().extra = {{"currentStatus", enum_text(state)}, {"allowedTransitions", std::move(allowed)}};
    return refusal;
}

}  // namespace tally::control
