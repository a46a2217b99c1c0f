// Which view a player's unnamed requests belong to: segments have addresses that all viewers share.
#pragma once

#include "analytics/session/evidence.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

namespace tally::analytics {

/// Of one thread. The newer half stays when it is full.
class Aliases {
public:
    /// The view of a delivery that does not say it; 0: none.
    SessionKey resolve(const Delivery& delivery, Time now) {
        auto* known = find(delivery.alias);
        if (delivery.kind != Delivery::Kind::manifest) return known == nullptr ? 0 : known->session;
        if (known == nullptr) known = &put(delivery.alias);
        if (known->session != 0) return known->session == delivery.stand_in ? known->session : 0;
        // It was given a name with its first manifest, and asks again without.
        if (known->since == Time()) known->since = now;
        if (now - known->since < patience) return 0;
        known->session = delivery.stand_in;
        return known->session;
    }

    void name(std::uint64_t alias, SessionKey session) { put(alias).session = session; }

private:
    struct Known {
        SessionKey session = 0;
        Time since{};
    };

    static constexpr std::chrono::milliseconds patience{1500};
    static constexpr std::size_t half = 100'000;

    Known* find(std::uint64_t alias) {
        if (const auto found = newer_.find(alias); found != newer_.end()) return &found->second;
        const auto found = older_.find(alias);
        return found == older_.end() ? nullptr : &(newer_[alias] = found->second);
    }

    Known& put(std::uint64_t alias) {
        if (auto* known = find(alias)) return *known;
        if (newer_.size() >= half) older_ = std::exchange(newer_, {});
        return newer_[alias];
    }

    boost::unordered_flat_map<std::uint64_t, Known> newer_, older_;
};

}  // namespace tally::analytics
