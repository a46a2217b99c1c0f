#include "control/problems.hpp"

namespace tally::control {

std::unexpected<Problem> validation_failed(json::FieldErrors errors) {
    auto refusal = http::problem(400, "validation_failed", "The request is not valid: see errors.");
    refusal.error().errors = std::move(errors);
    return refusal;
}

std::unexpected<Problem> not_found(std::string_view kind, std::string_view id) {
    return http::problem(404, fmt::format("{}_not_found", kind), fmt::format("There is no {} {}.", kind, id));
}

std::unexpected<Problem> channel_busy(const Channel& channel) {
    auto refusal = http::problem(
        409,
        "channel_busy",
        fmt::format("Channel {} is busy with another broadcast: end that one first.", channel.id.text())
    );
    refusal.error().extra = {
        {"activeStreamId", json::encode(channel.current_stream_id)},
        {"activeBroadcastId", json::encode(channel.current_broadcast_id)},
    };
    return refusal;
}

std::unexpected<Problem> channel_disabled(const Channel& channel) {
    return http::problem(403, "channel_disabled", fmt::format("Channel {} is disabled.", channel.id.text()));
}

std::unexpected<Problem> channel_deleted(const Channel& channel) {
    return http::problem(410, "channel_deleted", fmt::format("Channel {} was deleted.", channel.id.text()));
}

std::unexpected<Problem> slug_taken(std::string_view slug) {
    return http::problem(409, "slug_taken", fmt::format("The slug {} is, or was, another channel's.", slug));
}

}  // namespace tally::control
