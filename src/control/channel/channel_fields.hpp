// What clients may set on a channel, when they create and when they patch it.
#pragma once

#include "control/channel/channel.hpp"
#include "json/checks.hpp"

namespace tally::control {

/// Absent members stay as they are.
struct ChannelFields {
    std::optional<std::string> name{};
    std::optional<std::string> slug{};
    std::optional<ChannelStatus> status{};  // disabled, or anything else to enable
    std::optional<Visibility> visibility{};
    std::optional<QualityTarget> default_quality{};
    std::optional<LatencyMode> latency_mode{};
    std::optional<std::chrono::seconds> dvr_window{};
    std::optional<std::chrono::seconds> reconnect_window{};
    std::optional<bool> record{};
    std::optional<bool> auto_live{};
    std::optional<std::string> poster_url{};
    std::optional<json::object> metadata{};
};
BOOST_DESCRIBE_STRUCT(
    ChannelFields,
    (),
    (name,
     slug,
     status,
     visibility,
     default_quality,
     latency_mode,
     dvr_window,
     reconnect_window,
     record,
     auto_live,
     poster_url,
     metadata)
)

json::FieldErrors check(const ChannelFields& fields);
void apply(const ChannelFields& fields, Channel& channel);

/// Bounds of a declared quality, with pointers below `pointer`.
void check_quality(json::Checks& checks, const std::string& pointer, const QualityTarget& quality);
/// Bounds of the free-form member that every resource has.
void check_metadata(json::Checks& checks, const json::object& metadata);

}  // namespace tally::control
