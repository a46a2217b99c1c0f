// Tests of ingest connections, run over RTMP.
#pragma once

#include "control/stream/ingest_probe.hpp"

namespace tally::app {

class RtmpProbe final : public control::IngestProbe {
public:
    explicit RtmpProbe(const Clock& clock) : clock_(clock) {}

    Async<control::ProbeReport> probe(control::ProbeTarget target, Milliseconds budget) override;

private:
    const Clock& clock_;
};

}  // namespace tally::app
