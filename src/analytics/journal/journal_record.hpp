// A player's report as the journal keeps it: pseudonyms and dimensions, no address, no id, no token.
#pragma once

#include "analytics/session/evidence.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

namespace tally::analytics {

struct JournalRecord {
    std::uint64_t number = 0;  // of the record; later ones are higher
    Time received;
    BroadcastId broadcast;
    ChannelId channel;
    Dimensions dimensions;  // of the client
    Claims claims;
    Beacon beacon;

    friend bool operator==(const JournalRecord&, const JournalRecord&) = default;
};

/// With length and checksum around it.
void write_record(ByteWriter& to, const PlayerReport& report, std::uint64_t number);

/// The next record; Errc::truncated at a torn end, Errc::malformed when the checksum or the format is wrong.
Result<JournalRecord> read_record(ByteReader& from);

}  // namespace tally::analytics
