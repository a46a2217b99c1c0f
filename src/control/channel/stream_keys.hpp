// Stream keys are derived, not stored: the store alone lets nobody publish (docs/decisions/0004).
#pragma once

#include "control/channel/channel.hpp"
#include "control/secret.hpp"

namespace tally::control {

class StreamKeys {
public:
    explicit StreamKeys(Secret secret) : secret_(std::move(secret)) {}

    /// "sk_live_" and 256 bits: the same every time for one generation of a channel's key.
    std::string key_of(const Channel& channel) const;
    /// What the store may know of a key.
    static std::string hash(std::string_view key);

    bool matches(const Channel& channel, std::string_view key) const;

private:
    Secret secret_;
};

}  // namespace tally::control
