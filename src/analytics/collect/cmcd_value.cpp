#include "analytics/collect/cmcd_value.hpp"

#include <charconv>

namespace tally::analytics {
namespace {

constexpr std::string_view extension = "com.tally-";

PlayerState state_of(std::string_view text) {
    switch (text.size() == 1 ? text.front() : '\0') {
        case 'd':
            return PlayerState::preloading;
        case 's':
            return PlayerState::starting;
        case 'p':
            return PlayerState::playing;
        case 'k':
            return PlayerState::seeking;
        case 'r':
            return PlayerState::rebuffering;
        case 'a':
            return PlayerState::paused;
        case 'w':
            return PlayerState::waiting;
        case 'e':
            return PlayerState::ended;
        case 'f':
            return PlayerState::fatal;
        case 'q':
            return PlayerState::quit;
        default:
            return PlayerState::unknown;
    }
}

Protocol protocol_of(std::string_view text) {
    if (text == "h") return Protocol::hls;
    if (text == "d") return Protocol::dash;
    return Protocol::other;
}

/// "1280x720" gives 720.
Reported height_of(const CmcdValue& value) {
    const auto at = value.text.find('x');
    if (at == std::string_view::npos) return value.numbers[0];
    Reported height = absent;
    const auto digits = value.text.substr(at + 1);
    std::from_chars(digits.begin(), digits.end(), height);
    return height > 0 && height < 100'000 ? height : absent;
}

/// Up to eight letters as one number, to switch on.
constexpr std::uint64_t packed(std::string_view key) {
    std::uint64_t value = 0;
    if (key.size() > 8) return value;
    for (const char letter : key)
        value = value << 8 | static_cast<unsigned char>(letter);
    return value;
}

void set_measure(Beacon& beacon, std::string_view key, std::int64_t number) {
    switch (packed(key)) {
        case packed("br"):
            beacon.bitrate_kbps = number;
            break;
        case packed("mtp"):
            beacon.throughput_kbps = number;
            break;
        case packed("bsa"):
            beacon.stalls = number;
            break;
        case packed("bsda"):
            beacon.stall_ms = number;
            break;
        case packed("bsd"):
            beacon.stall_duration_ms = number;
            break;
        case packed("msd"):
            beacon.startup_ms = number;
            break;
        case packed("ltc"):
            beacon.latency_ms = number;
            break;
        case packed("dfa"):
            beacon.dropped_frames = number;
            break;
        case packed("pt"):
            beacon.playhead_ms = number;
            break;
        default:
            break;
    }
}

void set_extension(CmcdRecord& record, std::string_view key, const CmcdValue& value) {
    auto& beacon = record.beacon;
    const auto number = value.numbers[0];
    switch (packed(key)) {
        case packed("tk"):
            record.token = value.text;
            break;
        case packed("vid"):
            record.viewer = value.text;
            break;
        case packed("cns"):
            record.consent = number == absent ? 1 : static_cast<int>(number);
            break;
        case packed("wh"):
            beacon.player_height = height_of(value);
            break;
        case packed("rh"):
            beacon.rendition_height = number;
            break;
        case packed("tfr"):
            beacon.total_frames = number;
            break;
        case packed("ct"):
            beacon.connection = value.text.substr(0, 16);
            break;
        case packed("rbms"):
            beacon.rebuffer_ms = number;
            break;
        case packed("plms"):
            beacon.play_ms = number;
            break;
        case packed("ms"):
            beacon.micro_stalls = number;
            break;
        case packed("pn"):
            beacon.player = value.text.substr(0, 32);
            break;
        case packed("pv"):
            beacon.player_version = value.text.substr(0, 32);
            break;
        case packed("sw"):
            beacon.switches_up = number;
            beacon.switches_down = value.numbers[1];
            break;
        default:
            break;
    }
}

}  // namespace

void set_cmcd(CmcdRecord& record, std::string_view key, const CmcdValue& value) {
    if (key.starts_with(extension)) return set_extension(record, key.substr(extension.size()), value);
    auto& beacon = record.beacon;
    const auto number = value.numbers[0];
    switch (packed(key)) {
        case packed("sid"):
            record.sid = value.text;
            break;
        case packed("cid"):
            record.content = value.text;
            break;
        case packed("sn"):
            beacon.sequence = number;
            break;
        case packed("ts"):
            if (number != absent) beacon.time = Time(Milliseconds(number));
            break;
        case packed("e"):
            beacon.error = value.text == "e";
            break;
        case packed("sta"):
            beacon.state = state_of(value.text);
            break;
        case packed("sf"):
            beacon.protocol = protocol_of(value.text);
            break;
        case packed("bs"):
            beacon.starved = value.truth || number > 0;
            break;
        case packed("ot"):
            record.object = value.text;
            break;
        case packed("ec"):
            beacon.error_code = value.text.substr(0, 64);
            break;
        default:
            set_measure(beacon, key, number);
    }
}

}  // namespace tally::analytics
