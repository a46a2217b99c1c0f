#include "control/media_terms.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tally::control {

Quality merged(const QualityTarget& target, const Quality& defaults) {
    return {
        .resolution = target.resolution.value_or(defaults.resolution),
        .bitrate = target.bitrate.value_or(defaults.bitrate),
        .fps = target.fps.value_or(defaults.fps),
    };
}

}  // namespace tally::control

namespace tally::json {

namespace {

std::optional<int> parse_side(std::string_view text) {
    int side = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), side);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && side >= 16 && side <= 16384 ? std::optional(side) : std::nullopt;
}

std::string mapped(std::string_view text, int (*letter)(int)) {
    std::string out;
    for (const char each : text)
        out += static_cast<char>(letter(static_cast<unsigned char>(each)));
    return out;
}

}  // namespace

std::string TextForm<control::Resolution>::print(const control::Resolution& resolution) {
    return fmt::format("{}x{}", resolution.width, resolution.height);
}

std::optional<control::Resolution> TextForm<control::Resolution>::parse(std::string_view text) {
    const auto by = text.find('x');
    if (by == std::string_view::npos) return std::nullopt;
    const auto width = parse_side(text.substr(0, by));
    const auto height = parse_side(text.substr(by + 1));
    if (!width || !height) return std::nullopt;
    return control::Resolution{*width, *height};
}

std::string TextForm<control::Protocol>::print(control::Protocol protocol) {
    return mapped(enum_text(protocol), std::toupper);
}

std::optional<control::Protocol> TextForm<control::Protocol>::parse(std::string_view text) {
    return parse_enum<control::Protocol>(mapped(text, std::tolower));
}

}  // namespace tally::json
