// Open alerts as a reason why a channel is not ready.
#pragma once

#include "control/alert/alert_service.hpp"
#include "control/channel/readiness.hpp"

namespace tally::control {

/// Fails while a critical alert of the channel is open. The service outlives the check.
ReadinessCheck alerts_check(AlertService& alerts);

}  // namespace tally::control
