#include "control/webhook/webhook.hpp"

namespace tally::control {

json::object webhook_json(const Webhook& webhook) {
    auto view = json::encode(webhook).get_object();
    for (const auto* internal : {"secretGeneration", "oldSecretUntil", "startsAfter"})
        view.erase(internal);
    return view;
}

json::object delivery_json(const Delivery& delivery) {
    auto view = json::encode(delivery).get_object();
    view.erase("resourceId");
    return view;
}

}  // namespace tally::control
