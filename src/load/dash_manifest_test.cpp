#include "load/dash_manifest.hpp"

#include <doctest/doctest.h>

namespace tally::load {
namespace {

constexpr std::string_view live = R"(<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="dynamic" availabilityStartTime="2026-10-01T12:00:00.000Z"
     minimumUpdatePeriod="PT2.000S" suggestedPresentationDelay="PT1M6.5S">
  <Location>manifest.mpd?sid=a&amp;tk=b</Location>
  <BaseURL>t/x/</BaseURL>
  <!-- <Representation id="no"> -->
  <Period id="1" start="PT10.000S">
    <AdaptationSet contentType="video">
      <Representation id="720p" bandwidth="4000000" height="720">
        <SegmentTemplate timescale="1000" presentationTimeOffset="5000" startNumber="7"
          initialization="$RepresentationID$/init_2.mp4" media="$RepresentationID$/segment_$Number$.m4s">
          <SegmentTimeline><S t="5000" d="2000" r="1"/><S t="9500" d="1500"/></SegmentTimeline>
        </SegmentTemplate>
      </Representation>
      <Representation id="360p" bandwidth="800000">
        <SegmentTemplate timescale="1000" media="$RepresentationID$/$Time$.m4s"><S t="0" d="2000"/></SegmentTemplate>
      </Representation>
    </AdaptationSet>
    <AdaptationSet mimeType="audio/mp4">
      <Representation id="audio" bandwidth="128000">
        <SegmentTemplate timescale="48000" startNumber="7" media="a/$Number$"><S t="0" d="96000"/></SegmentTemplate>
      </Representation>
    </AdaptationSet>
  </Period>
</MPD>)";

}  // namespace

TEST_CASE("representations are read in order of bandwidth, their segments numbered and timed") {
    const auto manifest = parse_manifest(live);
    REQUIRE(manifest);
    CHECK_FALSE(manifest->ended);
    CHECK(manifest->update_every == Milliseconds(2000));
    CHECK(manifest->delay == 66.5);
    CHECK(manifest->location == "manifest.mpd?sid=a&tk=b");
    CHECK(manifest->base == "t/x/");
    REQUIRE(manifest->video.size() == 2);
    CHECK(manifest->video[0].variant.uri == "360p");
    CHECK(manifest->video[0].media.segments.at(0).uri == "360p/0.m4s");
    const auto& [variant, media] = manifest->video[1];
    CHECK(variant.height == 720);
    CHECK(media.map_uri == "720p/init_2.mp4");
    CHECK(media.target_duration == 2);
    REQUIRE(media.segments.size() == 3);
    CHECK(media.segments[1].number == 8);
    CHECK(media.segments[1].uri == "720p/segment_8.m4s");
    CHECK(media.segments[2].duration == 1.5);
    CHECK(to_rfc3339(media.segments[2].captured.value()) == "2026-10-01T12:00:14.500Z");
    REQUIRE(manifest->audio.size() == 1);
    CHECK(manifest->audio[0].media.segments.at(0).duration == 2);
}

TEST_CASE("a static manifest has ended; periods of one representation follow one another") {
    const auto manifest = parse_manifest(
        "<MPD><Period><AdaptationSet><Representation id='a'><SegmentTemplate media='$Number$'><S d='2'/>"
        "</SegmentTemplate></Representation></AdaptationSet></Period>"
        "<Period><AdaptationSet><Representation id='a'><SegmentTemplate startNumber='2' media='$Number$'>"
        "<S d='3'/></SegmentTemplate></Representation></AdaptationSet></Period></MPD>"
    );
    REQUIRE(manifest);
    CHECK(manifest->ended);
    CHECK(manifest->video.at(0).media.segments.size() == 2);
    CHECK(manifest->video.at(0).media.segments.back().number == 2);
}

TEST_CASE("what is no manifest with timelines is refused") {
    for (const auto* text :
         {"",
          "<html>",
          "<MPD>",
          "<MPD type='dynamic'><S d='1'/></MPD>",
          "<MPD><AdaptationSet><Representation id='a'><SegmentTemplate media='x'><S d='0'/>",
          "<MPD><AdaptationSet><Representation id='a'><SegmentTemplate media='x'><S d='1' r='99999999999'/>"
         }) {
        CAPTURE(text);
        CHECK_FALSE(parse_manifest(text));
    }
}

}  // namespace tally::load
