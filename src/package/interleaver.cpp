#include "package/interleaver.hpp"

#include <utility>

namespace tally::package {
namespace {

using namespace std::chrono_literals;

constexpr media::Ticks longest_wait = 1s;

}  // namespace

void Interleaver::push(media::FramePtr frame) {
    auto& track = tracks_[static_cast<std::size_t>(frame->kind)];
    track.expected = true;
    track.frames.push_back(std::move(frame));
}

media::FramePtr Interleaver::pop() {
    auto* first = tracks_.data();
    auto* other = &tracks_[1];
    const auto later = [](const Track& a, const Track& b) {
        return a.frames.empty() || (!b.frames.empty() && b.frames.front()->dts < a.frames.front()->dts);
    };
    if (later(*first, *other)) std::swap(first, other);
    if (first->frames.empty()) return nullptr;
    if (other->frames.empty() && other->expected) {
        if (first->frames.back()->dts - first->frames.front()->dts < longest_wait) return nullptr;
        other->expected = false;
    }
    auto frame = std::move(first->frames.front());
    first->frames.pop_front();
    return frame;
}

void Interleaver::end() {
    for (auto& track : tracks_)
        track.expected = false;
}

}  // namespace tally::package
