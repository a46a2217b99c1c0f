// CMCD from strangers: any text is records or an error, and what was read is only what the text has.
#include "analytics/collect/cmcd.hpp"
#include "analytics/collect/cmcd_json.hpp"
#include "analytics/journal/journal_record.hpp"
#include "base/bytes.hpp"
#include "fuzz/check.hpp"
#include "json/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    const auto text = text_of({data, size});
    const auto holds = [&](std::string_view part) {
        fuzz::check(part.size() <= analytics::longest_cmcd_text);
        const bool within =
            part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size();
        fuzz::check(part.empty() || within);
    };
    if (const auto record = analytics::parse_cmcd(text)) {
        for (const auto part : {record->sid, record->content, record->viewer, record->token})
            holds(part);
        fuzz::check(record->beacon.bitrate_kbps >= analytics::absent);
        fuzz::check(record->beacon.sequence >= analytics::absent);
    }
    if (const auto document = json::parse(text))
        if (const auto records = analytics::read_cmcd(*document))
            fuzz::check(document->is_array() || records->size() == 1);
    ByteReader reader({data, size});
    while (reader.remaining() > 0 && analytics::read_record(reader)) {
    }
    return 0;
}
