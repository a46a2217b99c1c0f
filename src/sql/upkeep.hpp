// What a store needs done now and then beside its transactions, on a thread and a connection of its own.
#pragma once

#include "sql/lane.hpp"

#include <thread>

namespace tally::sql {

class Upkeep {
public:
    static constexpr std::chrono::milliseconds usual_interval{5000};

    /// Runs the backend's upkeep after each `interval` in which `writers` committed. Both outlive it.
    Upkeep(const Backend& backend, const Lane& writers, std::chrono::milliseconds interval = usual_interval);

private:
    void run(const std::stop_token& stop, std::chrono::milliseconds interval);

    const Backend& backend_;
    const Lane& writers_;
    std::jthread thread_;
};

}  // namespace tally::sql
