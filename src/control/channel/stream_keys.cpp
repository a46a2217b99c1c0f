#include "control/channel/stream_keys.hpp"

#include <fmt/format.h>

namespace tally::control {

std::string StreamKeys::key_of(const Channel& channel) const {
    const auto name = fmt::format("{}\n{}", channel.id.text(), channel.key_generation);
    return "sk_live_" + to_base64url(secret_.sign("stream key", name));
}

std::string StreamKeys::hash(std::string_view key) {
    return to_hex(sha256(key));
}

bool StreamKeys::matches(const Channel& channel, std::string_view key) const {
    return equal_in_constant_time(key_of(channel), key);
}

}  // namespace tally::control
