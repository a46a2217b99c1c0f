// What live numbers are broken down by, small enough to sit in every session.
#pragma once

#include "analytics/facts.hpp"

namespace tally::analytics {

enum class DeviceType : std::uint8_t { other, mobile, desktop, tv, tablet, console };
inline constexpr std::size_t device_types = 6;
inline constexpr std::size_t protocols = 5;

std::string_view name_of(DeviceType device);
std::string_view name_of(Protocol protocol);

struct Facets {
    Protocol protocol = Protocol::other;
    DeviceType device = DeviceType::other;
    std::array<char, 2> country{};  // zeros: unknown

    static Facets of(const Dimensions& dimensions);

    friend auto operator<=>(const Facets&, const Facets&) = default;
};

}  // namespace tally::analytics
