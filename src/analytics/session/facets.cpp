#include "analytics/session/facets.hpp"

namespace tally::analytics {
namespace {

constexpr std::array<std::string_view, device_types> device_names = {
    "other", "mobile", "desktop", "tv", "tablet", "console"
};
constexpr std::array<std::string_view, protocols> protocol_names = {"hls", "dash", "rtmp", "webrtc", "other"};

}  // namespace

std::string_view name_of(DeviceType device) {
    return device_names[static_cast<std::size_t>(device)];
}

std::string_view name_of(Protocol protocol) {
    return protocol_names[static_cast<std::size_t>(protocol)];
}

Facets Facets::of(const Dimensions& dimensions) {
    Facets facets{.protocol = dimensions.protocol};
    const auto device = std::ranges::find(device_names, dimensions.device);
    if (device != device_names.end()) facets.device = static_cast<DeviceType>(device - device_names.begin());
    if (dimensions.country.size() == 2) facets.country = {dimensions.country[0], dimensions.country[1]};
    return facets;
}

}  // namespace tally::analytics
