// Where a player is and what it runs on, as far as it is kept: no address, no User-Agent.
#pragma once

#include "analytics/facts.hpp"

#include <functional>
#include <memory>
#include <unordered_map>

namespace tally::analytics {

/// What a request says of its sender.
struct ClientTraits {
    std::string_view address;
    std::string_view user_agent;
};

struct Client {
    std::string network;     // the first 24 bits of an IPv4 address or 48 of an IPv6 one; never stored
    std::string user_agent;  // for the fallback key alone; never stored
    Dimensions dimensions;   // protocol and player are not known here
    bool robot = false;      // says so itself
};

using ClientPtr = std::shared_ptr<const Client>;

/// "203.0.113.0" or "2001:db8:1::"; empty when the text is no address.
std::string network_of(std::string_view text);

/// Fills in what is known of a network and a User-Agent. Slow: results are kept. `address` is cut already.
using Classify = std::function<void(const ClientTraits& traits, Client& client)>;

/// The clients of one thread, newest kept: classifying a User-Agent costs hundreds of patterns. No whole
/// address is held.
class ClientCache {
public:
    explicit ClientCache(Classify classify, std::size_t limit = 65'536)
        : classify_(std::move(classify)),
          limit_(limit) {}

    ClientPtr find(const ClientTraits& traits);

private:
    Classify classify_;
    std::size_t limit_;
    std::unordered_map<std::string, ClientPtr> recent_;
    std::unordered_map<std::string, ClientPtr> older_;
};

}  // namespace tally::analytics
