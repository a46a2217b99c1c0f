// A recording as JSON (API 1.2), made from what the catalogue says and what lies on disk.
#pragma once

#include "cdn/catalogue.hpp"
#include "http/public_urls.hpp"
#include "record/recording.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tally::cdn {

enum class RecordingStatus : std::uint8_t { none, recording, ready, deleted };
BOOST_DESCRIBE_ENUM(RecordingStatus, none, recording, ready, deleted)

struct RecordedRendition {
    std::string name;
    std::optional<std::uint32_t> width{};
    std::optional<std::uint32_t> height{};
    std::uint64_t bitrate = 0;  // kbps
    std::string codecs{};
    std::optional<std::string> playlist_url{};
};
BOOST_DESCRIBE_STRUCT(RecordedRendition, (), (name, width, height, bitrate, codecs, playlist_url))

struct Preview {
    int n = 0;
    std::string url;
    Milliseconds offset{};
    Milliseconds duration{};
};
BOOST_DESCRIBE_STRUCT(Preview, (), (n, url, offset, duration))

struct MissingMedia {
    Milliseconds start{};
    Milliseconds duration{};
};
BOOST_DESCRIBE_STRUCT(MissingMedia, (), (start, duration))

struct RecordingDocument {
    std::optional<RecordingId> id;
    BroadcastId broadcast_id;
    RecordingStatus status = RecordingStatus::none;
    bool playable = false;
    bool download_ready = false;
    Milliseconds duration{};
    std::uint64_t size_bytes = 0;
    std::vector<RecordedRendition> renditions;
    std::optional<std::string> master_url;
    std::optional<std::string> download_url;
    std::vector<Preview> previews;
    std::string thumbnail_url;
    std::vector<MissingMedia> gaps;
    double progress = 0;  // 0..1
};
BOOST_DESCRIBE_STRUCT(
    RecordingDocument,
    (),
    (id,
     broadcast_id,
     status,
     playable,
     download_ready,
     duration,
     size_bytes,
     renditions,
     master_url,
     download_url,
     previews,
     thumbnail_url,
     gaps,
     progress)
)

/// `recording` is null when nothing lies on disk. URLs are there once the recording is ready.
RecordingDocument describe(
    const BroadcastFacts& facts, const record::Recording* recording, const http::PublicUrls& urls
);

}  // namespace tally::cdn
