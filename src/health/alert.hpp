// Something that is wrong with a stream, from when it was seen until it was over.
#pragma once

#include "base/clock.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>

namespace tally::health {

enum class Severity : std::uint8_t { info, warning, critical };
BOOST_DESCRIBE_ENUM(Severity, info, warning, critical)

enum class Category : std::uint8_t {
    ingest,
    encoder,
    transcode,
    delivery,
    recording,
    qoe,
    audience,
    security,
};
BOOST_DESCRIBE_ENUM(Category, ingest, encoder, transcode, delivery, recording, qoe, audience, security)

/// The measurement that raised an alert, and the bound that it broke.
struct Evidence {
    std::string metric;
    double value = 0;
    std::string unit;
    double threshold = 0;
    std::int64_t window_seconds = 0;
};
BOOST_DESCRIBE_STRUCT(Evidence, (), (metric, value, unit, threshold, window_seconds))

struct Alert {
    std::string id;  // "al_..."
    std::string code;
    Category category = Category::ingest;
    Severity severity = Severity::info;
    std::string title;
    std::string message;
    std::string remedy;
    Evidence evidence;
    Time first_seen;
    Time last_seen;
    std::optional<Time> resolved;
    std::int64_t occurrences = 1;
};

}  // namespace tally::health
