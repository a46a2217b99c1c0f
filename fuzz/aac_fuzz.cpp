// AudioSpecificConfigs from an encoder: what is accepted can be timed and played.
#include "codec/aac.hpp"
#include "fuzz/check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    const auto format = codec::parse_audio_specific_config(ByteView(data, size));
    if (!format) return 0;
    fuzz::check(format->sample_rate >= 7'350 && format->sample_rate <= 192'000);
    fuzz::check(
        format->channels > 0 && format->samples_per_frame >= 960 && format->samples_per_frame <= 2048
    );
    return 0;
}
