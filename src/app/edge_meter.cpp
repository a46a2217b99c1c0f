#include "app/edge_meter.hpp"

#include <algorithm>

namespace tally::app {

void EdgeMeter::on_frame(const media::FramePtr& frame) {
    const auto waited = clock_.monotonic() - frame->arrived;
    const auto arrived = clock_.now() - std::chrono::floor<Milliseconds>(waited);
    lag_ = arrived - frame->captured;
    delivered_ms_ += (std::chrono::duration<double, std::milli>(waited).count() - delivered_ms_) / 64;
    ingest_ms_.store(delivered_ms_, std::memory_order_relaxed);
}

void EdgeMeter::on_init(const package::Rendition& rendition, const package::Init& /*init*/) {
    if (rendition.kind == media::Kind::video) leader_ = media::Kind::video;
}

void EdgeMeter::on_fragment(const package::Rendition& rendition, const package::Fragment& fragment) {
    if (rendition.kind == leader_ && fragment.part == 0) piece_ = fragment.captured + lag_;
}

void EdgeMeter::on_segment_end(const package::Rendition& rendition, std::uint64_t /*segment*/) {
    if (rendition.kind != leader_) return;
    updated_.store(clock_.monotonic(), std::memory_order_relaxed);
    if (!piece_) {
        gaps_.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    const auto behind = std::chrono::duration<double>(clock_.now() - *piece_).count();
    latency_.store(std::max(behind, 0.0), std::memory_order_relaxed);
    piece_.reset();
}

health::Delivery EdgeMeter::delivery() const {
    health::Delivery delivery;
    delivery.ingest_ms = ingest_ms_.load(std::memory_order_relaxed);
    if (const auto latency = latency_.load(std::memory_order_relaxed); latency >= 0) {
        const auto age = clock_.monotonic() - updated_.load(std::memory_order_relaxed);
        delivery.latency = latency;
        delivery.update_age = std::chrono::duration<double>(age).count();
    }
    delivery.gaps = gaps_.load(std::memory_order_relaxed);
    return delivery;
}

}  // namespace tally::app
