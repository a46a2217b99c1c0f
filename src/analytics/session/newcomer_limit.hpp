// How many views an address begins: one household has a few, a machine that inflates an audience has many.
#pragma once

#include "analytics/facts.hpp"
#include "analytics/recent.hpp"
#include "net/resolve.hpp"

#include <array>

namespace tally::analytics {

/// Of one thread.
class NewcomerLimit {
public:
    static constexpr unsigned most_a_minute = 3;

    /// False for a view that the address begins beyond its share of the minute. `address` is a keyed hash.
    bool fits(std::uint64_t address, SessionKey view, Time now) {
        auto* home = homes_.find(address);
        if (home == nullptr) home = &homes_.put(address, {});
        if (std::ranges::find(home->views, view) != home->views.end()) return true;
        home->views[home->next] = view;
        home->next = static_cast<std::uint8_t>((home->next + 1) % home->views.size());
        const auto minute = std::chrono::floor<std::chrono::minutes>(now);
        if (home->minute != minute) {
            home->minute = minute;
            home->begun = 0;
        }
        if (home->begun <= most_a_minute) ++home->begun;
        return home->begun <= most_a_minute;
    }

    /// Addresses of the public internet alone: behind others there may be any number of people.
    static bool concerns(std::string_view address) {
        boost::system::error_code error;
        const auto parsed = asio::ip::make_address(address, error);
        return !error && net::is_public(parsed);
    }

private:
    struct Home {
        std::array<SessionKey, 8> views{};  // the newest
        Time minute{};
        std::uint8_t next = 0;
        std::uint8_t begun = 0;  // in that minute
    };

    static constexpr std::size_t generation = 32'768;

    Recent<Home> homes_{generation};
};

}  // namespace tally::analytics
