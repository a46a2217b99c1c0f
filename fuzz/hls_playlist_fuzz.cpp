// Playlists of a server that is not ours: whatever is read is bounded, numbered in order, and timed.
#include "fuzz/check.hpp"
#include "load/playlist.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto master = load::parse_master(text))
        fuzz::check(!master->variants.empty() && master->variants.size() <= 64);
    const auto media = load::parse_media(text);
    if (!media) return 0;
    fuzz::check(media->target_duration >= 1 && media->segments.size() <= 10'000);
    for (const auto& segment : media->segments)
        fuzz::check(segment.duration >= 0 && segment.duration <= 3600);
    return 0;
}
