#include "package/dash.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string_view>

namespace tally::package::dash {
namespace {

/// The values written here are numbers, codec strings and rendition names: nothing that XML escapes.
class Xml {
public:
    template <class... Values>
    void line(int depth, fmt::format_string<Values...> format, Values&&... values) {
        text_.append(static_cast<std::size_t>(depth) * 2, ' ');
        fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
        text_ += '\n';
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string duration(Milliseconds value) {
    return fmt::format("PT{}.{:03}S", value.count() / 1000, value.count() % 1000);
}

/// ISO 23009-1 has rates as fractions: 29.97 is 30000/1001.
std::string frame_rate(double fps) {
    const auto whole = std::lround(fps);
    if (std::abs(fps - static_cast<double>(whole)) < 0.005) return fmt::format("{}", whole);
    if (std::abs(fps - static_cast<double>(whole) * 1000 / 1001) < 0.005)
        return fmt::format("{}/1001", whole * 1000);
    return fmt::format("{}/1000", std::lround(fps * 1000));
}

void write_header(Xml& xml, const Manifest& manifest) {
    std::string attributes;
    if (manifest.live)
        attributes = fmt::format(
            R"(type="dynamic" availabilityStartTime="{}" publishTime="{}" minimumUpdatePeriod="{}" )"
            R"(timeShiftBufferDepth="{}" suggestedPresentationDelay="{}")",
            to_rfc3339(manifest.availability_start),
            to_rfc3339(manifest.published),
            duration(manifest.update_every),
            duration(manifest.window),
            duration(manifest.latency)
        );
    else
        attributes =
            fmt::format(R"(type="static" mediaPresentationDuration="{}")", duration(manifest.duration));
    xml.line(0, R"(<?xml version="1.0" encoding="UTF-8"?>)");
    xml.line(
        0,
        R"(<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" )"
        R"(minBufferTime="PT2.000S" {}>)",
        attributes
    );
    if (!manifest.live) return;
    xml.line(1, R"(<ServiceDescription id="0">)");
    xml.line(2, R"(<Latency target="{}"/>)", manifest.latency.count());
    xml.line(2, R"(<PlaybackRate min="0.96" max="1.04"/>)");
    xml.line(1, "</ServiceDescription>");
}

/// Runs of equal durations fold into one S with @r; a hole starts a new one with its own @t.
void write_timeline(Xml& xml, const std::vector<TimelineSegment>& segments) {
    xml.line(5, "<SegmentTimeline>");
    for (std::size_t first = 0; first < segments.size();) {
        const auto& run = segments[first];
        auto last = first;
        while (last + 1 < segments.size() && segments[last + 1].duration == run.duration &&
               segments[last + 1].time == segments[last].time + run.duration)
            ++last;
        const auto repeat = last > first ? fmt::format(R"( r="{}")", last - first) : "";
        xml.line(6, R"(<S t="{}" d="{}"{}/>)", run.time, run.duration, repeat);
        first = last + 1;
    }
    xml.line(5, "</SegmentTimeline>");
}

void write_representation(Xml& xml, const Representation& representation) {
    const auto& r = representation;
    std::string attributes;
    if (r.video) {
        attributes = fmt::format(R"(width="{}" height="{}")", r.width, r.height);
        if (r.fps > 0) attributes += fmt::format(R"( frameRate="{}")", frame_rate(r.fps));
    } else {
        attributes = fmt::format(R"(audioSamplingRate="{}")", r.sample_rate);
    }
    xml.line(
        3,
        R"(<Representation id="{}" codecs="{}" bandwidth="{}" {}>)",
        r.id,
        r.codecs,
        r.bandwidth,
        attributes
    );
    if (!r.video)
        xml.line(
            4,
            R"(<AudioChannelConfiguration schemeIdUri="urn:mpeg:dash:23003:3:audio_channel_configuration:2011" )"
            R"(value="{}"/>)",
            r.channels
        );
    xml.line(
        4,
        R"(<SegmentTemplate timescale="{}" presentationTimeOffset="{}" startNumber="{}" )"
        R"(initialization="$RepresentationID$/init_{}.mp4" media="$RepresentationID$/segment_$Number$.m4s">)",
        r.timescale,
        r.presentation_offset,
        r.first_number,
        r.init
    );
    write_timeline(xml, r.segments);
    xml.line(4, "</SegmentTemplate>");
    xml.line(3, "</Representation>");
}

void write_period(Xml& xml, const Period& period) {
    xml.line(1, R"(<Period id="{}" start="{}">)", period.id, duration(period.start));
    for (const auto& representation : period.representations) {
        const auto* const type = representation.video ? "video" : "audio";
        xml.line(
            2,
            R"(<AdaptationSet id="{}" contentType="{}" mimeType="{}/mp4" segmentAlignment="true"{}>)",
            representation.video ? 0 : 1,
            type,
            type,
            representation.independent ? R"( startWithSAP="1")" : ""
        );
        write_representation(xml, representation);
        xml.line(2, "</AdaptationSet>");
    }
    xml.line(1, "</Period>");
}

}  // namespace

std::string render_manifest(const Manifest& manifest) {
    Xml xml;
    write_header(xml, manifest);
    for (const auto& period : manifest.periods)
        write_period(xml, period);
    if (manifest.live && !manifest.clock_url.empty())
        xml.line(
            1, R"(<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-iso:2014" value="{}"/>)", manifest.clock_url
        );
    xml.line(0, "</MPD>");
    return xml.take();
}

}  // namespace tally::package::dash
