// Tags from an encoder: what parses is written as a tag that parses to the same.
#include "container/flv.hpp"
#include "fuzz/check.hpp"

#include <algorithm>

namespace {

using namespace tally;
namespace flv = container::flv;

void video(ByteView message) {
    const auto tag = flv::parse_video(message);
    if (!tag || tag->packet == flv::PacketType::command) return;
    const auto written = flv::write_video(*tag);
    const auto again = flv::parse_video(written);
    fuzz::check(again && again->packet == tag->packet && again->keyframe == tag->keyframe);
    fuzz::check(
        again->composition_time == tag->composition_time && std::ranges::equal(again->body, tag->body)
    );
}

void audio(ByteView message) {
    const auto tag = flv::parse_audio(message);
    if (!tag) return;
    const auto written = flv::write_audio(*tag);
    const auto again = flv::parse_audio(written);
    fuzz::check(again && again->packet == tag->packet && std::ranges::equal(again->body, tag->body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    video({data, size});
    audio({data, size});
    return 0;
}
