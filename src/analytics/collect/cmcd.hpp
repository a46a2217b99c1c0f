// Reads CMCD, versions 1 and 2, from where players put it: event bodies, request headers, the query.
#pragma once

#include "analytics/collect/beacon.hpp"
#include "base/result.hpp"

#include <string_view>
#include <vector>

namespace tally::analytics {

/// A record as it arrived. The views point into the text that was read.
struct CmcdRecord {
    std::string_view sid;
    std::string_view content;  // cid: the broadcast
    std::string_view viewer;   // com.tally-vid
    std::string_view token;    // com.tally-tk
    std::string_view object;   // ot: of a request
    int consent = 1;           // com.tally-cns: 0 none, 1 measuring, 2 recognising
    Beacon beacon;             // without keys
};

/// How long a text of a record is taken; what is longer counts as absent.
inline constexpr std::size_t longest_cmcd_text = 256;

/// One record: "br=(4000),sid=\"...\",sta=p". Unknown keys, and known ones with a value of the wrong kind,
/// are passed over; Errc::malformed when the text is no list of keys and values at all.
Result<CmcdRecord> parse_cmcd(std::string_view text);

}  // namespace tally::analytics
