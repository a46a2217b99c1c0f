// A CMCD value (RFC 8941 items and inner lists), and what the keys make of it. For the two readers alone.
#pragma once

#include "analytics/collect/cmcd.hpp"

#include <array>

namespace tally::analytics {

struct CmcdValue {
    std::string_view text;                                // of a string or token, the first of a list
    std::array<std::int64_t, 2> numbers{absent, absent};  // the first two of a list, rounded
    bool truth = false;
};

/// Puts the value where the key says. `key` is the full one, "com.tally-tk".
void set_cmcd(CmcdRecord& record, std::string_view key, const CmcdValue& value);

}  // namespace tally::analytics
