// The demo's encoder: publishes the test picture over RTMP, as any encoder outside the program would.
#pragma once

#include <string>
#include <thread>

namespace tally::transcode {

/// Publishes from its own thread, in real time, until destroyed (which takes less than a second); connects
/// again, ever more patiently, when the server is away or closes.
class DemoPublisher {
public:
    /// `url`: "rtmp://127.0.0.1:1935/live/KEY". It holds a key: it is never logged.
    explicit DemoPublisher(std::string url);

private:
    std::jthread thread_;
};

}  // namespace tally::transcode
