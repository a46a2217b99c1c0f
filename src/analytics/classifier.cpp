#include "analytics/classifier.hpp"

namespace tally::analytics {

bool Classifier::describe(std::string_view address, std::string_view user_agent, Dimensions& dimensions)
    const {
    auto place = places_.find(address);
    dimensions.country = std::move(place.country);
    dimensions.region = std::move(place.region);
    dimensions.city = std::move(place.city);
    dimensions.asn = place.asn;
    auto device = devices_.classify(user_agent);
    dimensions.device = std::move(device.type);
    dimensions.os = std::move(device.os);
    dimensions.browser = std::move(device.browser);
    dimensions.player = std::move(device.player);
    dimensions.player_version = std::move(device.player_version);
    return device.robot;
}

}  // namespace tally::analytics
