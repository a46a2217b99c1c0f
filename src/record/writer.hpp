// Appends a recording to disk, and finds its end again after any kind of stop. Lives on the disk thread.
#pragma once

#include "package/output.hpp"
#include "record/recording.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tally::record {

/// A fragment with all that its place on disk needs.
struct Append {
    std::string rendition;
    media::Kind kind = media::Kind::video;
    std::uint32_t timescale = 0;
    std::shared_ptr<const package::Init> init;
    package::Fragment fragment;
    std::uint64_t ordinal = 0;  // counts all fragments of the rendition, also those never handed over
};

class Writer {
public:
    /// Creates the directory, or cuts what is there back to its last whole fragment.
    static Result<Writer> open(const std::filesystem::path& directory);

    /// Media bytes first, then the index record. True when written; false when left out because fragments
    /// before it are missing: after a loss, a rendition goes on with the next segment that starts with a
    /// keyframe. After an error the files are as before.
    Result<bool> append(const Append& append);

    /// Returns once everything would survive a loss of power.
    Result<> sync() const;

private:
    struct Track {
        std::string name;
        File media;
        std::uint64_t end = 0;
        std::optional<std::uint32_t> init{};          // number of the newest init segment on disk
        std::optional<std::uint64_t> last_ordinal{};  // of the newest fragment on disk
    };

    Writer(std::filesystem::path directory, File index, std::uint64_t index_end)
        : directory_(std::move(directory)),
          index_(std::move(index)),
          index_end_(index_end) {}

    Result<> adopt(const Rendition& rendition);
    Result<std::size_t> track_of(const Append& append);
    Result<> write_init(std::size_t number, const package::Init& init);
    Result<> write_index(ByteView record);

    std::filesystem::path directory_;
    File index_;
    std::uint64_t index_end_;
    std::vector<Track> tracks_;  // in the order of their index entries
};

}  // namespace tally::record
