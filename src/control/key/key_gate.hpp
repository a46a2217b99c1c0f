// Lets in who shows an API key that is good for the route and for the channel.
#pragma once

#include "control/key/known_keys.hpp"
#include "control/key/request_channels.hpp"
#include "control/key/request_rates.hpp"
#include "control/problems.hpp"
#include "control/rate_limit.hpp"
#include "http/gate.hpp"

namespace tally::control {

/// 401 without a valid key, 429 beyond its rate, 403 "insufficient_scope" or "channel_not_allowed" (whether
/// the other channel exists or not), 503 while the store is away.
class KeyGate final : public http::Gate {
public:
    KeyGate(sql::Database& database, const ChannelNames& names, const Clock& clock, RequestRates::Rule rates);

    Async<http::Admission> admit(http::Access access, http::Request& request) override;

private:
    using CallerPtr = KnownKeys::CallerPtr;

    Async<Outcome<CallerPtr>> authenticate(const http::Request& request);
    Async<Outcome<void>> check_channels(
        http::Subject subject, const http::Caller& caller, const http::Request& request
    ) const;
    Async<Outcome<void>> check(http::Access access, http::Request& request, http::Headers& headers);

    const Clock& clock_;
    KnownKeys keys_;
    RequestChannels channels_;
    RequestRates rates_;
    RateLimit failures_;
};

}  // namespace tally::control
