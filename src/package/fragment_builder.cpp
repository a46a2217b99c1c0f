#include "package/fragment_builder.hpp"

#include <utility>

namespace tally::package {

void FragmentBuilder::add(media::FramePtr frame, std::uint64_t decode_time, Sample sample) {
    if (empty()) decode_time_ = decode_time;
    duration_ += sample.duration;
    samples_.push_back(sample);
    frames_.push_back(std::move(frame));
}

Fragment FragmentBuilder::build() {
    std::vector<ByteView> payloads;
    payloads.reserve(frames_.size());
    for (const auto& frame : frames_)
        payloads.emplace_back(frame->payload);
    container::mp4::Fragment box;
    box.sequence = ++sequence_;
    box.decode_time = decode_time_;
    box.samples = std::exchange(samples_, {});
    auto bytes = std::make_shared<const Bytes>(container::mp4::write_fragment(box, payloads));

    const auto& first = *frames_.front();
    Fragment fragment;
    fragment.independent = box.samples.front().sync;
    fragment.decode_time = decode_time_;
    fragment.duration = std::exchange(duration_, 0);
    fragment.captured = first.captured + std::chrono::floor<Milliseconds>(first.pts - first.dts);
    fragment.samples = std::move(box.samples);
    fragment.mdat_payload = static_cast<std::uint32_t>(box.payload);
    fragment.bytes = std::move(bytes);
    frames_.clear();
    return fragment;
}

}  // namespace tally::package
