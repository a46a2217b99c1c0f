// What is kept of where a request comes from and what sent it: its dimensions, from address and User-Agent.
#pragma once

#include "analytics/device/device.hpp"
#include "analytics/facts.hpp"
#include "analytics/geo/places.hpp"

namespace tally::analytics {

/// Any thread may ask. Some 50 us for a User-Agent: callers keep results.
class Classifier {
public:
    explicit Classifier(Places places) : places_(std::move(places)) {}

    /// Fills in place, device, operating system, browser and player. True for a robot that says so itself.
    bool describe(std::string_view address, std::string_view user_agent, Dimensions& dimensions) const;

private:
    Places places_;
    DeviceClassifier devices_;
};

}  // namespace tally::analytics
