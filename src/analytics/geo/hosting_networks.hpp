// Networks of data centres: machines are there, and seldom viewers.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace tally::analytics {

/// Autonomous systems of those who rent out servers, in ascending order. Networks that people also browse
/// through (Cloudflare's, Akamai's and Fastly's relays) are not among them.
inline constexpr auto hosting_networks = std::to_array<std::int64_t>({
    8075,    // Microsoft Azure
    8560,    // IONOS
    8987,    // Amazon
    9009,    // M247
    12876,   // Scaleway
    14061,   // DigitalOcean
    14618,   // Amazon
    16265,   // Leaseweb
    16276,   // OVH
    16509,   // Amazon
    20473,   // Vultr
    24940,   // Hetzner
    27357,   // Rackspace
    28753,   // Leaseweb
    30633,   // Leaseweb
    31034,   // Aruba
    31898,   // Oracle
    33070,   // Rackspace
    36351,   // IBM Cloud
    37963,   // Alibaba
    40509,   // Fly.io
    45090,   // Tencent
    45102,   // Alibaba
    51167,   // Contabo
    54825,   // Equinix Metal
    60068,   // DataCamp
    60781,   // Leaseweb
    63949,   // Linode
    132203,  // Tencent
    197540,  // netcup
    199524,  // Gcore
    202053,  // UpCloud
    212238,  // DataCamp
    213230,  // Hetzner
    396982,  // Google Cloud
});

static_assert(std::ranges::is_sorted(hosting_networks));

constexpr bool is_hosting_network(std::int64_t asn) {
    return std::ranges::binary_search(hosting_networks, asn);
}

}  // namespace tally::analytics
