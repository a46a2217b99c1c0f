// Numbers are LEB128, with a mask of those that are there; texts are length and bytes.
#include "analytics/journal/journal_record.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <zlib.h>

namespace tally::analytics {
namespace {

constexpr auto numbers = std::to_array<Reported Beacon::*>({
    &Beacon::sequence,
    &Beacon::bitrate_kbps,
    &Beacon::startup_ms,
    &Beacon::latency_ms,
    &Beacon::throughput_kbps,
    &Beacon::playhead_ms,
    &Beacon::stalls,
    &Beacon::stall_ms,
    &Beacon::play_ms,
    &Beacon::rebuffer_ms,
    &Beacon::dropped_frames,
    &Beacon::total_frames,
    &Beacon::switches_up,
    &Beacon::switches_down,
    &Beacon::micro_stalls,
    &Beacon::stall_duration_ms,
    &Beacon::rendition_height,
    &Beacon::player_height,
});

constexpr auto texts = std::to_array<std::string Beacon::*>(
    {&Beacon::error_code, &Beacon::connection, &Beacon::player, &Beacon::player_version}
);

constexpr std::size_t longest_text = 1024;

void write_number(ByteWriter& to, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        to.u8(static_cast<std::uint8_t>(value | 0x80));
    to.u8(static_cast<std::uint8_t>(value));
}

std::uint64_t read_number(ByteReader& from) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = from.u8();
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if ((byte & 0x80) == 0) break;
    }
    return value;
}

void write_text(ByteWriter& to, std::string_view text) {
    text = text.substr(0, longest_text);
    write_number(to, text.size());
    to.text(text);
}

std::string read_text(ByteReader& from) {
    return std::string(text_of(from.take(std::min<std::uint64_t>(read_number(from), longest_text))));
}

template <class Part>
void write_parts(ByteWriter& to, const Part& part) {
    boost::mp11::mp_for_each<boost::describe::describe_members<Part, boost::describe::mod_public>>(
        [&](auto member) {
            const auto& value = part.*member.pointer;
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
                write_text(to, value);
            else
                write_number(to, static_cast<std::uint64_t>(value));
        }
    );
}

template <class Part>
void read_parts(ByteReader& from, Part& part) {
    boost::mp11::mp_for_each<boost::describe::describe_members<Part, boost::describe::mod_public>>(
        [&](auto member) {
            auto& value = part.*member.pointer;
            using Value = std::remove_cvref_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::string>)
                value = read_text(from);
            else
                value = static_cast<Value>(read_number(from));
        }
    );
}

void write_beacon(ByteWriter& to, const Beacon& beacon) {
    to.u64(beacon.session);
    to.u64(beacon.viewer);
    to.u64(static_cast<std::uint64_t>(beacon.time.time_since_epoch().count()));
    to.u8(static_cast<std::uint8_t>(beacon.state));
    to.u8(static_cast<std::uint8_t>(beacon.protocol));
    to.u8(beacon.error ? 1 : 0);
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if (beacon.*numbers[i] != absent) mask |= 1U << i;
    to.u32(mask);
    for (const auto number : numbers)
        if (beacon.*number != absent) write_number(to, static_cast<std::uint64_t>(beacon.*number));
    for (const auto text : texts)
        write_text(to, beacon.*text);
}

Beacon read_beacon(ByteReader& from) {
    Beacon beacon;
    beacon.session = from.u64();
    beacon.viewer = from.u64();
    beacon.time = Time(Milliseconds(static_cast<std::int64_t>(from.u64())));
    beacon.state = static_cast<PlayerState>(from.u8());
    beacon.protocol = static_cast<Protocol>(from.u8());
    beacon.error = from.u8() != 0;
    const auto mask = from.u32();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        if ((mask >> i & 1U) != 0) beacon.*numbers[i] = static_cast<Reported>(read_number(from));
    for (const auto text : texts)
        beacon.*text = read_text(from);
    return beacon;
}

std::uint32_t checksum(ByteView bytes) {
    return static_cast<std::uint32_t>(::crc32(0, bytes.data(), static_cast<uInt>(bytes.size())));
}

}  // namespace

void write_record(ByteWriter& to, const PlayerReport& report, std::uint64_t number) {
    static const Claims no_claims;
    static const Dimensions no_dimensions;
    ByteWriter payload;
    payload.reserve(256);
    payload.u64(number);
    payload.u64(static_cast<std::uint64_t>(report.received.time_since_epoch().count()));
    write_text(payload, report.broadcast->id.text());
    write_text(payload, report.broadcast->channel.text());
    write_parts(payload, report.client ? report.client->dimensions : no_dimensions);
    write_parts(payload, report.claims ? *report.claims : no_claims);
    write_beacon(payload, report.beacon);
    const auto bytes = payload.take();
    to.u32(static_cast<std::uint32_t>(bytes.size()));
    to.u32(checksum(bytes));
    to.bytes(bytes);
}

Result<JournalRecord> read_record(ByteReader& from) {
    const auto size = from.u32();
    const auto expected = from.u32();
    const auto bytes = from.take(size);
    if (from.failed()) return fail(Errc::truncated, "journal: a record that ends early");
    if (checksum(bytes) != expected)
        return fail(Errc::malformed, "journal: a record whose checksum is wrong");
    ByteReader payload(bytes);
    JournalRecord record;
    record.number = payload.u64();
    record.received = Time(Milliseconds(static_cast<std::int64_t>(payload.u64())));
    const auto broadcast = BroadcastId::parse(read_text(payload));
    const auto channel = ChannelId::parse(read_text(payload));
    read_parts(payload, record.dimensions);
    read_parts(payload, record.claims);
    record.beacon = read_beacon(payload);
    if (payload.failed() || !broadcast || !channel)
        return fail(Errc::malformed, "journal: a record of another format");
    record.broadcast = *broadcast;
    record.channel = *channel;
    return record;
}

}  // namespace tally::analytics
