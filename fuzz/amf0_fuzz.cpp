// AMF0 from a peer: what decodes encodes to something that means the same.
#include "container/amf0.hpp"
#include "fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    namespace amf0 = container::amf0;
    const auto values = amf0::decode(ByteView(data, size));
    if (!values) return 0;
    const auto encoded = amf0::encode(*values);
    const auto again = amf0::decode(encoded);
    fuzz::check(again && amf0::encode(*again) == encoded);
    return 0;
}
