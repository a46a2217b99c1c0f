// H.264 from an encoder: configuration records, bare parameter sets and frames.
#include "codec/h264.hpp"
#include "fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    const ByteView input(data, size);
    if (const auto format = codec::parse_avc_configuration(input))
        fuzz::check(format->width > 0 && format->height > 0 && format->width <= 16'880);
    (void)codec::parse_sequence_parameters(input);
    for (const std::size_t length_size : {1, 2, 4})
        (void)codec::inspect_access_unit(input, length_size);
    return 0;
}
