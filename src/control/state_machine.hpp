// State machines as tables: one list per aggregate says what follows from what.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace tally::control {

template <class State, class Action>
struct Transition {
    State from;
    Action action;
    State to;
    bool administrative = false;  // not offered to clients
};

/// Empty when the table has no such transition.
template <class State, class Action, std::size_t Size>
std::optional<State> follow(
    const std::array<Transition<State, Action>, Size>& table, State from, Action action
) {
    for (const auto& row : table)
        if (row.from == from && row.action == action) return row.to;
    return std::nullopt;
}

/// The other states that clients can bring about directly.
template <class State, class Action, std::size_t Size>
std::vector<State> reachable(const std::array<Transition<State, Action>, Size>& table, State from) {
    std::vector<State> states;
    for (const auto& row : table)
        if (row.from == from && row.to != from && !row.administrative) states.push_back(row.to);
    return states;
}

}  // namespace tally::control
