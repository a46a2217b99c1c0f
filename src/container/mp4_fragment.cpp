#include "container/mp4_fragment.hpp"

#include "container/mp4_box.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>

namespace tally::container::mp4 {

namespace {

/// Which fields each sample of a run needs, and which are said once for all: of a part of live audio the
/// headers would otherwise be a twentieth.
struct RunLayout {
    FieldFlags fragment{tf_default_base_is_moof};
    FieldFlags run{tr_data_offset | tr_size};
    bool first_sync = false;
    bool others_sync = false;
};

RunLayout layout_of(const std::vector<Sample>& samples) {
    RunLayout layout;
    const auto differs = [&](auto field) {
        return std::ranges::adjacent_find(samples, std::ranges::not_equal_to{}, field) != samples.end();
    };
    if (differs(&Sample::duration))
        layout.run.bits |= tr_duration;
    else
        layout.fragment.bits |= tf_default_duration;

    layout.first_sync = samples.front().sync;
    layout.others_sync = samples.back().sync;
    const auto odd =
        std::ranges::find(samples.begin() + 1, samples.end(), !layout.others_sync, &Sample::sync);
    if (odd != samples.end()) {
        layout.run.bits |= tr_flags;
    } else {
        layout.fragment.bits |= tf_default_flags;
        if (layout.first_sync != layout.others_sync) layout.run.bits |= tr_first_flags;
    }
    if (std::ranges::any_of(samples, [](const Sample& sample) { return sample.composition_offset != 0; }))
        layout.run.bits |= tr_composition_offset;
    return layout;
}

void write_tfhd(ByteWriter& out, const Fragment& fragment, const RunLayout& layout) {
    full_box(out, "tfhd", 0, layout.fragment.bits, [&] {
        out.u32(fragment.track);
        if (layout.fragment.has(tf_default_duration)) out.u32(fragment.samples.front().duration);
        if (layout.fragment.has(tf_default_flags)) out.u32(sample_flags(layout.others_sync));
    });
}

void write_sample(ByteWriter& out, const Sample& sample, FieldFlags fields) {
    if (fields.has(tr_duration)) out.u32(sample.duration);
    out.u32(sample.size);
    if (fields.has(tr_flags)) out.u32(sample_flags(sample.sync));
    if (fields.has(tr_composition_offset)) out.u32(static_cast<std::uint32_t>(sample.composition_offset));
}

/// Gives where the data offset stands: it is known once the moof is complete.
std::size_t write_trun(ByteWriter& out, const std::vector<Sample>& samples, const RunLayout& layout) {
    std::size_t data_offset_at = 0;
    full_box(out, "trun", 1, layout.run.bits, [&] {
        out.u32(static_cast<std::uint32_t>(samples.size()));
        data_offset_at = out.size();
        out.u32(0);
        if (layout.run.has(tr_first_flags)) out.u32(sample_flags(layout.first_sync));
        for (const auto& sample : samples)
            write_sample(out, sample, layout.run);
    });
    return data_offset_at;
}

}  // namespace

Bytes write_fragment(Fragment& fragment, std::span<const ByteView> payloads) {
    assert(!payloads.empty() && payloads.size() == fragment.samples.size());
    constexpr std::size_t headers = 128;
    constexpr std::size_t per_sample = 16;
    const auto size = std::accumulate(
        payloads.begin(),
        payloads.end(),
        std::size_t{0},
        [](std::size_t sum, ByteView payload) { return sum + payload.size(); }
    );
    const auto layout = layout_of(fragment.samples);
    std::size_t data_offset_at = 0;
    ByteWriter out;
    out.reserve(headers + (per_sample * payloads.size()) + size);
    box(out, "moof", [&] {
        full_box(out, "mfhd", 0, 0, [&] { out.u32(fragment.sequence); });
        box(out, "traf", [&] {
            write_tfhd(out, fragment, layout);
            full_box(out, "tfdt", 1, 0, [&] { out.u64(fragment.decode_time); });
            data_offset_at = write_trun(out, fragment.samples, layout);
        });
    });
    box(out, "mdat", [&] {
        fragment.payload = out.size();
        for (const auto payload : payloads)
            out.bytes(payload);
    });
    out.set_u32(data_offset_at, static_cast<std::uint32_t>(fragment.payload));
    return out.take();
}

}  // namespace tally::container::mp4
