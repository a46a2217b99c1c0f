// What channels and streams say about the media that they carry.
#pragma once

#include "json/text_form.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <string>

namespace tally::control {

enum class Visibility : std::uint8_t { public_, unlisted, private_ };
BOOST_DESCRIBE_ENUM(Visibility, public_, unlisted, private_)

/// Viewers need a playback token.
constexpr bool is_restricted(Visibility visibility) {
    return visibility != Visibility::public_;
}

enum class LatencyMode : std::uint8_t { low, standard };
BOOST_DESCRIBE_ENUM(LatencyMode, low, standard)

enum class Protocol : std::uint8_t { rtmp, rtmps, srt, whip };
BOOST_DESCRIBE_ENUM(Protocol, rtmp, rtmps, srt, whip)

/// Written "1920x1080".
struct Resolution {
    int width = 1920;
    int height = 1080;

    friend bool operator==(const Resolution&, const Resolution&) = default;
};

/// The encoder's declared target: what it is measured against, never a limit (API A18).
struct Quality {
    Resolution resolution;
    int bitrate = 6000;  // kbps
    double fps = 60;

    friend bool operator==(const Quality&, const Quality&) = default;
};
BOOST_DESCRIBE_STRUCT(Quality, (), (resolution, bitrate, fps))

/// As clients give it: what is left out comes from the channel.
struct QualityTarget {
    std::optional<Resolution> resolution;
    std::optional<int> bitrate;
    std::optional<double> fps;
};
BOOST_DESCRIBE_STRUCT(QualityTarget, (), (resolution, bitrate, fps))

Quality merged(const QualityTarget& target, const Quality& defaults);

/// Something that the client should know though the request succeeded.
struct Warning {
    std::string code;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(Warning, (), (code, message))

}  // namespace tally::control

namespace tally::json {

template <>
struct TextForm<control::Resolution> {
    static std::string print(const control::Resolution& resolution);
    static std::optional<control::Resolution> parse(std::string_view text);

    static std::string expected() { return "WIDTHxHEIGHT, 16 to 16384 each: \"1920x1080\""; }
};

/// Upper case in the API; any case is understood.
template <>
struct TextForm<control::Protocol> {
    static std::string print(control::Protocol protocol);
    static std::optional<control::Protocol> parse(std::string_view text);

    static std::string expected() { return "one of RTMP, RTMPS, SRT, WHIP"; }
};

}  // namespace tally::json
