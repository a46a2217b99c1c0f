#include "media/window.hpp"

#include <algorithm>

namespace tally::media {

Window::Window(const Executor& executor, Limits limits)
    : executor_(executor),
      limits_(limits),
      changed_(executor) {}

void Window::append(FramePtr frame) {
    if (ended_) return;
    const auto video = frame->kind == Kind::video;
    has_video_ |= video;
    if ((video && frame->keyframe) || !has_video_) entry_ = next();
    bytes_ += frame->payload.size();
    frames_.push_back(std::move(frame));
    evict();
    changed_.notify();
}

/// Bytes are a hard bound. Time is not: a GOP longer than it stays whole, so that readers can start.
void Window::evict() {
    const auto newest = frames_.back()->dts;
    const auto outlived = [&] { return first_ < entry_ && newest - frames_.front()->dts > limits_.duration; };
    while (frames_.size() > 1 && (bytes_ > limits_.bytes || outlived())) {
        bytes_ -= frames_.front()->payload.size();
        frames_.pop_front();
        ++first_;
    }
}

void Window::end() {
    ended_ = true;
    changed_.notify();
}

std::uint64_t Window::entry() const {
    return std::max(entry_, first_);
}

Async<FramePtr> Subscription::next() {
    for (;;) {
        while (next_ == window_->next()) {
            if (window_->ended()) co_return nullptr;
            co_await window_->changed().wait();
        }
        if (next_ < window_->first()) {
            skipped_ += window_->entry() - next_;
            next_ = window_->entry();
            decodable_ = false;
        }
        auto frame = window_->at(next_++);
        decodable_ |= frame->kind == Kind::video && frame->keyframe;
        if (decodable_ || frame->kind == Kind::audio) co_return frame;
        ++skipped_;
    }
}

}  // namespace tally::media
