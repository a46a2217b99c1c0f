// Routes of webhook endpoints and their deliveries.
#pragma once

#include "control/cursors.hpp"
#include "control/webhook/webhook_service.hpp"
#include "http/router.hpp"

namespace tally::control {

void add_webhook_routes(http::Router& router, WebhookService& webhooks, const Cursors& cursors);

}  // namespace tally::control
