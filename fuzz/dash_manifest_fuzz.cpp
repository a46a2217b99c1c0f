// Manifests of a server that is not ours: whatever is read is bounded and in order.
#include "fuzz/check.hpp"
#include "load/dash_manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    const auto manifest = load::parse_manifest({reinterpret_cast<const char*>(data), size});
    if (!manifest) return 0;
    fuzz::check(!manifest->video.empty() || !manifest->audio.empty());
    for (const auto* list : {&manifest->video, &manifest->audio}) {
        fuzz::check(list->size() <= 64);
        for (const auto& [variant, media] : *list) {
            fuzz::check(!media.segments.empty() && media.segments.size() <= 10'000);
            for (const auto& segment : media.segments)
                fuzz::check(segment.duration > 0 && segment.duration <= 3600);
        }
    }
    return 0;
}
