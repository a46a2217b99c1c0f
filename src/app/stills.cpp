#include "app/stills.hpp"

namespace tally::app {
namespace {

/// Of a third of a megabyte each.
constexpr std::size_t most_kept = 32;

}  // namespace

Result<StillPtr> Stills::of(const media::FramePtr& keyframe) {
    if (auto kept = find(keyframe)) return kept;
    TRY(auto decoded, transcode::Still::of(*keyframe));
    auto still = std::make_shared<const transcode::Still>(std::move(decoded));
    const std::lock_guard lock(mutex_);
    std::erase_if(kept_, [](const Kept& kept) { return kept.keyframe.expired(); });
    kept_.push_back({keyframe, still});
    if (kept_.size() > most_kept) kept_.pop_front();
    return still;
}

StillPtr Stills::find(const media::FramePtr& keyframe) const {
    const std::lock_guard lock(mutex_);
    for (const auto& kept : kept_)
        if (kept.keyframe.lock() == keyframe) return kept.still;
    return nullptr;
}

}  // namespace tally::app
