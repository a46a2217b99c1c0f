// A stream's health as the API prints it (API section 1.5).
#pragma once

#include "health/alert.hpp"
#include "health/observation.hpp"
#include "health/vitals.hpp"
#include "json/mapping.hpp"

#include <vector>

namespace tally::health {

enum class Status : std::uint8_t { healthy, degraded, critical, unknown };
BOOST_DESCRIBE_ENUM(Status, healthy, degraded, critical, unknown)

/// `active`: the alerts that are not over.
Status status_of(const Vitals& vitals, const std::vector<Alert>& active);
/// 100 less 40, 12 or 2 for each alert, by its severity; 0 at least.
int score_of(const std::vector<Alert>& active);

json::object health_document(const Plan& plan, const Vitals& vitals, const std::vector<Alert>& active);

}  // namespace tally::health
