// A viewer of a DASH stream: the manifest reloaded as it says.
#pragma once

#include "load/dash_manifest.hpp"
#include "load/segment_viewer.hpp"

namespace tally::load {

class DashViewer final : public SegmentViewer {
public:
    /// The seat's target is the manifest.
    explicit DashViewer(Seat seat) : SegmentViewer(std::move(seat), Reporter::Format::dash) {}

    Async<> run() override;

private:
    Async<std::optional<DashManifest>> load();
    void settle(const DashManifest& manifest);

    std::string location_;
};

}  // namespace tally::load
