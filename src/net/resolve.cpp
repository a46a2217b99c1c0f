#include "net/resolve.hpp"

#include "net/signal.hpp"

#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>

namespace tally::net {
namespace {

using Addresses = std::vector<asio::ip::address>;

constexpr auto special_v4 = std::to_array<std::string_view>({
    "0.0.0.0/8",        // this network, and unspecified
    "10.0.0.0/8",       // private
    "100.64.0.0/10",    // shared by carriers
    "127.0.0.0/8",      // loopback
    "169.254.0.0/16",   // link-local, and the metadata services of clouds
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments
    "192.0.2.0/24",     // documentation
    "192.88.99.0/24",   // 6to4 relays
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarks
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, and broadcast
});

constexpr std::string_view global_v6 = "2000::/3";
constexpr auto special_v6 = std::to_array<std::string_view>({
    "2001::/23",      // protocol assignments, Teredo
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4, which holds any IPv4 address
    "3fff::/20",      // documentation
});

bool contains(std::string_view block, const asio::ip::address_v4& address) {
    const auto network = asio::ip::make_network_v4(block);
    return asio::ip::network_v4(address, network.prefix_length()).canonical() == network;
}

bool contains(std::string_view block, const asio::ip::address_v6& address) {
    const auto network = asio::ip::make_network_v6(block);
    return asio::ip::network_v6(address, network.prefix_length()).canonical() == network;
}

Result<Addresses> look_up(const std::string& host) {
    boost::system::error_code error;
    if (const auto address = asio::ip::make_address(host, error); !error) return Addresses{address};
    asio::io_context context;
    asio::ip::tcp::resolver resolver(context);
    Addresses addresses;
    for (const auto& entry : resolver.resolve(host, "", error))
        addresses.push_back(entry.endpoint().address());
    if (addresses.empty()) return fail(Errc::not_found, "the host name has no address");
    return addresses;
}

}  // namespace

Task<Addresses> resolve(WorkerPool& pool, std::string host, Milliseconds limit) {
    struct Answer {
        Timer timer;  // cancelled when the answer is here
        std::optional<Result<Addresses>> addresses{};
    };

    const Executor executor = co_await asio::this_coro::executor;
    const auto answer = std::make_shared<Answer>(Timer(executor, limit));
    const bool accepted = pool.post([answer, executor, host = std::move(host)] {
        asio::post(executor, [answer, found = look_up(host)]() mutable {
            answer->addresses = std::move(found);
            answer->timer.cancel();
        });
    });
    if (!accepted) co_return fail(Errc::too_large, "too many host names are being resolved");
    co_await answer->timer.async_wait(as_result);
    if (!answer->addresses) co_return fail(Errc::timed_out, "the host name was not resolved in time");
    co_return *std::move(answer->addresses);
}

bool is_public(const asio::ip::address& address) {
    const auto holds = [](const auto& of) {
        return [&of](std::string_view block) { return contains(block, of); };
    };
    if (address.is_v4()) return std::ranges::none_of(special_v4, holds(address.to_v4()));
    const auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) return is_public(asio::ip::make_address_v4(asio::ip::v4_mapped, v6));
    return contains(global_v6, v6) && std::ranges::none_of(special_v6, holds(v6));
}

}  // namespace tally::net
