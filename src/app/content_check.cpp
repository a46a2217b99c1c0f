#include "app/content_check.hpp"

#include "transcode/loudness.hpp"

namespace tally::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 4s;
constexpr auto between_phrases = 2s;
/// Of 21 ms at 48 kHz: 0.4 s are heard, a block of BS.1770.
constexpr std::size_t phrase_frames = 20 + transcode::preparing_frames;
constexpr std::size_t minute_phrases = 60s / between_phrases;

}  // namespace

void ContentCheck::on_frame(const media::FramePtr& frame) {
    if (frame->kind == media::Kind::audio) {
        if (settings_.sound) hear(frame);
    } else if (settings_.picture && frame->keyframe) {
        see(frame);
    }
}

void ContentCheck::see(const media::FramePtr& keyframe) {
    if (seen_ && keyframe->dts - *seen_ < between_looks) return;
    if (found_->looking.exchange(true)) return;
    seen_ = keyframe->dts;
    const bool taken = parts_.pictures.post([found = found_, keyframe, &stills = parts_.stills] {
        if (const auto still = stills.of(keyframe)) found->look(**still);
        found->looking = false;
    });
    if (!taken) found_->looking = false;
}

void ContentCheck::hear(const media::FramePtr& frame) {
    if (phrase_.empty() && heard_ && frame->dts - *heard_ < between_phrases) return;
    if (phrase_.empty()) heard_ = frame->dts;
    if (!phrase_.empty() && phrase_.front()->format != frame->format) phrase_.clear();
    phrase_.push_back(frame);
    if (phrase_.size() < phrase_frames) return;
    const auto phrase = std::exchange(phrase_, {});
    if (found_->listening.exchange(true)) return;
    const bool taken = parts_.pictures.post([found = found_, phrase] {
        if (const auto sound = transcode::listen_to(phrase)) found->listen(*sound);
        found->listening = false;
    });
    if (!taken) found_->listening = false;
}

void ContentCheck::Found::look(const transcode::Still& still) {
    auto now = still.look();
    const std::lock_guard lock(mutex);
    content.luma = now.brightest();
    if (before) content.change = now.change_since(*before);
    before = std::move(now);
}

void ContentCheck::Found::listen(const transcode::Sound& sound) {
    const std::lock_guard lock(mutex);
    content.level_db = sound.level_db;
    content.clipped = sound.clipped;
    blocks.push_back(sound.loudness);
    if (blocks.size() < minute_phrases) return;
    if (blocks.size() > minute_phrases) blocks.pop_front();
    const double loudness = transcode::gated_loudness(std::vector(blocks.begin(), blocks.end()));
    content.loudness = std::isfinite(loudness) ? std::optional(loudness) : std::nullopt;
}

health::Content ContentCheck::content() const {
    const std::lock_guard lock(found_->mutex);
    return found_->content;
}

}  // namespace tally::app
