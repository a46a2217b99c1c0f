// Fragments from a disk: what is read is written as a fragment that reads the same, and fits in a movie.
#include "container/mp4.hpp"
#include "fuzz/check.hpp"

#include <numeric>

namespace {

using namespace tally;
namespace mp4 = container::mp4;

constexpr std::size_t largest_payload = 64 * 1024;

std::vector<ByteView> payloads_of(const mp4::Fragment& fragment, const Bytes& zeros) {
    std::vector<ByteView> payloads;
    for (const auto& sample : fragment.samples)
        payloads.push_back(ByteView(zeros).first(sample.size));
    return payloads;
}

void round_trip(const mp4::Fragment& fragment, const std::vector<ByteView>& payloads) {
    auto written = fragment;
    const auto bytes = mp4::write_fragment(written, payloads);
    const auto again = mp4::read_fragment(bytes);
    fuzz::check(again && again->track == fragment.track && again->sequence == fragment.sequence);
    fuzz::check(again->decode_time == fragment.decode_time && again->samples == fragment.samples);
    fuzz::check(again->payload == written.payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto fragment = mp4::read_fragment(ByteView(data, size));
    if (!fragment) return 0;
    const auto payload = std::accumulate(
        fragment->samples.begin(),
        fragment->samples.end(),
        std::uint64_t{0},
        [](auto sum, const auto& sample) { return sum + sample.size; }
    );
    if (payload > largest_payload) return 0;
    static const Bytes zeros(largest_payload);
    round_trip(*fragment, payloads_of(*fragment, zeros));

    const mp4::MovieTrack track{
        .formats = {codec::VideoFormat{}},
        .samples = fragment->samples,
        .chunks = {{.samples = static_cast<std::uint32_t>(fragment->samples.size())}},
    };
    fuzz::check(!mp4::movie_header(std::span(&track, 1), payload).empty());
    return 0;
}
