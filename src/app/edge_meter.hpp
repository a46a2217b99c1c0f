// Measures how far behind its frames the packaged output is: what health calls the edge's latency.
#pragma once

#include "health/observation.hpp"
#include "media/stream.hpp"
#include "package/output.hpp"

#include <atomic>

namespace tally::app {

/// Hears the frames before the packager and its output after the live window was published. On the stream's
/// home thread; delivery() from any.
class EdgeMeter final : public media::FrameSink, public package::OutputSink {
public:
    explicit EdgeMeter(const Clock& clock) : clock_(clock) {}

    void on_frame(const media::FramePtr& frame) override;
    void on_init(const package::Rendition& rendition, const package::Init& init) override;
    void on_fragment(const package::Rendition& rendition, const package::Fragment& fragment) override;
    void on_segment_end(const package::Rendition& rendition, std::uint64_t segment) override;

    void on_end() override {}

    health::Delivery delivery() const;

private:
    const Clock& clock_;
    media::Kind leader_ = media::Kind::audio;  // video, where there is any
    Milliseconds lag_{};                       // of true arrival behind Frame::captured
    double delivered_ms_ = 0;                  // smoothed
    std::optional<Time> piece_;                // when the first frame of the current segment was captured

    std::atomic<double> ingest_ms_ = 0;
    std::atomic<double> latency_ = -1;  // seconds; negative before there is one
    std::atomic<Instant> updated_{Instant{}};
    std::atomic<std::uint64_t> gaps_ = 0;
};

}  // namespace tally::app
