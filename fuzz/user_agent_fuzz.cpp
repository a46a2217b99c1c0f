// What a client says of itself in headers: a device of a known type comes of it, in bounded text.
#include "analytics/device/device.hpp"
#include "fuzz/check.hpp"

#include <set>

namespace {

// Made before the clock of the first input runs: it compiles its patterns.
const tally::analytics::DeviceClassifier classifier;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally::analytics;
    static const std::set<std::string> types{"mobile", "desktop", "tv", "tablet", "console", "other"};
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = text.find('\n');
    const auto hint = line == std::string_view::npos ? text : text.substr(line + 1);
    const auto device =
        classifier.classify(text.substr(0, line), {.brands = hint, .mobile = hint, .platform = hint});
    tally::fuzz::check(types.contains(device.type));
    tally::fuzz::check(device.os.size() <= 1024 && device.browser.size() <= 1024);
    return 0;
}
