// Which view a player's unnamed requests belong to: segments have addresses that all viewers share.
#pragma once

#include "analytics/recent.hpp"
#include "analytics/session/evidence.hpp"

namespace tally::analytics {

/// Of one thread.
class Aliases {
public:
    /// The view of a delivery that does not say it; 0: none.
    SessionKey resolve(const Delivery& delivery, Time now) {
        auto* known = known_.find(delivery.alias);
        if (delivery.kind != Delivery::Kind::manifest) {
            if (known == nullptr) return 0;
            if (delivery.kind == Delivery::Kind::media) known->took_media = true;
            return known->session;
        }
        if (known == nullptr) known = &known_.put(delivery.alias, {});
        if (known->session != 0) return known->session == delivery.stand_in ? known->session : 0;
        // It was given a name with its first manifest, and asks again without.
        if (known->since == Time()) known->since = now;
        if (now - known->since < patience) return 0;
        known->session = delivery.stand_in;
        return known->session;
    }

    /// The alias stands for the session of `delivery` from now on. False for a player that has asked for
    /// playlists alone, longer than anyone does who watches.
    bool name(const Delivery& delivery, Time now) {
        auto* known = known_.find(delivery.alias);
        if (known == nullptr) known = &known_.put(delivery.alias, {});
        known->session = delivery.session;
        known->took_media = known->took_media || delivery.bytes > 0;
        if (known->named_since == Time()) known->named_since = now;
        return known->took_media || now - known->named_since < idle;
    }

private:
    struct Known {
        SessionKey session = 0;
        Time since{};
        Time named_since{};
        bool took_media = false;
    };

    static constexpr std::chrono::milliseconds patience{1500};
    static constexpr std::chrono::seconds idle{20};  // several segments
    static constexpr std::size_t generation = 100'000;

    Recent<Known> known_{generation};
};

}  // namespace tally::analytics
