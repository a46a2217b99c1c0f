// Two generations: what is found in the older one moves to the newer, and the rest goes when that is full.
#include "analytics/client.hpp"

#include <boost/asio/ip/address.hpp>

namespace tally::analytics {

namespace ip = boost::asio::ip;

std::string network_of(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return {};
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = ip::make_address_v4(ip::v4_mapped, address.to_v6());
    if (address.is_v4()) return ip::address_v4(address.to_v4().to_uint() & 0xffffff00U).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 6, bytes.end(), 0);
    return ip::address_v6(bytes).to_string();
}

ClientPtr ClientCache::find(const ClientTraits& traits) {
    constexpr std::size_t longest_user_agent = 512;
    const auto user_agent = traits.user_agent.substr(0, longest_user_agent);
    const auto network = network_of(traits.address);
    auto key = network;
    key += '\n';
    key += user_agent;
    if (const auto found = recent_.find(key); found != recent_.end()) return found->second;
    ClientPtr client;
    if (const auto found = older_.find(key); found != older_.end()) {
        client = found->second;
    } else {
        auto made = std::make_shared<Client>();
        made->network = network;
        made->user_agent = user_agent;
        if (classify_) classify_({network, user_agent}, *made);
        client = std::move(made);
    }
    if (recent_.size() >= limit_ / 2) older_ = std::exchange(recent_, {});
    recent_.emplace(std::move(key), client);
    return client;
}

}  // namespace tally::analytics
