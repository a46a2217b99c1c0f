// What a viewer watches with: device, operating system, browser and player, from its User-Agent and client
// hints.
#pragma once

#include "analytics/device/agent_matcher.hpp"

#include <string>
#include <string_view>

namespace tally::analytics {

/// Empty is unknown.
struct Device {
    std::string type;     // mobile, desktop, tv, tablet, console, other
    std::string os;       // "Windows", "macOS", "Android"
    std::string browser;  // "Chrome", on whatever device; empty for players that are no browser
    std::string player;   // "VLC"; empty for what plays inside a browser
    std::string player_version;
    bool robot = false;  // says so itself

    friend bool operator==(const Device&, const Device&) = default;
};

/// Sec-CH-UA request headers (User-Agent Client Hints), as they were sent; empty when they were not.
struct ClientHints {
    std::string_view brands;    // "Google Chrome";v="124", "Not-A.Brand";v="99"
    std::string_view mobile;    // ?1
    std::string_view platform;  // "Android"
};

struct Player {
    std::string name;
    std::string version;

    friend bool operator==(const Player&, const Player&) = default;
};

/// "hls.js/1.5.7", or a User-Agent of a player that is no browser; empty when it is none that is known.
Player find_player(std::string_view text);

/// Compiles the patterns, in some 20 ms; any thread may ask. Keeps nothing: callers keep results.
class DeviceClassifier {
public:
    /// Reads at most 512 bytes of the User-Agent. Hints win where they are given: browsers freeze the rest.
    Device classify(std::string_view user_agent, const ClientHints& hints = {}) const;

private:
    AgentMatcher browsers_{browser_patterns()};
    AgentMatcher systems_{system_patterns()};
    AgentMatcher robots_{robot_patterns()};
};

}  // namespace tally::analytics
