// Fragments read back, after a crash or for a view over a recording.
#include "container/mp4.hpp"
#include "container/mp4_fragment.hpp"

#include <fmt/format.h>

namespace tally::container::mp4 {

namespace {

constexpr std::size_t box_header = 8;

struct Box {
    std::string_view type;
    ByteView body;
};

/// The next box. Those with 64-bit sizes, or sizes up to the end of the file, are none that Tally writes
/// here.
Result<Box> next_box(ByteReader& reader) {
    const auto size = reader.u32();
    const auto type = text_of(reader.take(4));
    if (!reader.failed() && size < box_header)
        return fail(Errc::malformed, fmt::format("mp4: box of {} bytes", size));
    const auto body = reader.take(size - box_header);
    if (reader.failed()) return fail(Errc::truncated, "mp4: a box ends too early");
    return Box{type, body};
}

/// What tfhd says for all samples (ISO 14496-12 8.8.7).
struct Defaults {
    std::uint32_t duration = 0;
    std::uint32_t flags = 0;
};

Result<Defaults> read_tfhd(ByteView body, Fragment& fragment) {
    ByteReader reader(body);
    const auto flags = reader.u32() & 0xff'ffff;
    if ((flags & tf_default_base_is_moof) == 0 || (flags & tf_base_data_offset) != 0)
        return fail(Errc::unsupported, "mp4: track fragment whose offsets do not count from its moof");
    fragment.track = reader.u32();
    if (flags & tf_sample_description) reader.skip(4);
    Defaults defaults;
    if (flags & tf_default_duration) defaults.duration = reader.u32();
    if (flags & tf_default_size) reader.skip(4);
    if (flags & tf_default_flags) defaults.flags = reader.u32();
    if (reader.failed()) return fail(Errc::truncated, "mp4: tfhd ends too early");
    return defaults;
}

Result<> read_tfdt(ByteView body, Fragment& fragment) {
    ByteReader reader(body);
    const auto version = reader.u8();
    reader.skip(3);
    fragment.decode_time = version == 1 ? reader.u64() : reader.u32();
    if (reader.failed()) return fail(Errc::truncated, "mp4: tfdt ends too early");
    return {};
}

Sample read_sample(ByteReader& reader, std::uint32_t run_flags, Defaults defaults) {
    Sample sample;
    sample.duration = run_flags & tr_duration ? reader.u32() : defaults.duration;
    sample.size = reader.u32();
    const auto flags = run_flags & tr_flags ? reader.u32() : defaults.flags;
    sample.sync = (flags & non_sync_bit) == 0;
    if (run_flags & tr_composition_offset)
        sample.composition_offset = static_cast<std::int32_t>(reader.u32());
    return sample;
}

Result<> read_trun(ByteView body, Defaults defaults, Fragment& fragment) {
    ByteReader reader(body);
    const auto flags = reader.u32() & 0xff'ffff;
    if ((flags & tr_data_offset) == 0 || (flags & tr_size) == 0)
        return fail(Errc::unsupported, "mp4: track run without data offset or sample sizes");
    const auto count = reader.u32();
    fragment.payload = reader.u32();
    const auto first_flags = flags & tr_first_flags ? reader.u32() : defaults.flags;
    // A size takes four bytes, so what is there bounds what is reserved.
    if (reader.failed() || count == 0 || count > reader.remaining() / 4)
        return fail(
            Errc::malformed, fmt::format("mp4: track run of {} bytes for {} samples", body.size(), count)
        );
    fragment.samples.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        auto run_defaults = defaults;
        if (i == 0) run_defaults.flags = first_flags;
        fragment.samples.push_back(read_sample(reader, flags, run_defaults));
    }
    if (reader.failed()) return fail(Errc::truncated, "mp4: trun ends too early");
    return {};
}

Result<> read_traf(ByteView body, Fragment& fragment) {
    ByteReader reader(body);
    Defaults defaults;
    bool decode_time = false;
    while (reader.remaining() > 0) {
        TRY(const auto box, next_box(reader));
        Result<> read;
        if (box.type == "tfhd") {
            TRY(defaults, read_tfhd(box.body, fragment));
        } else if (box.type == "tfdt") {
            read = read_tfdt(box.body, fragment);
            decode_time = true;
        } else if (box.type == "trun") {
            if (!fragment.samples.empty())
                return fail(Errc::unsupported, "mp4: several track runs in a moof");
            read = read_trun(box.body, defaults, fragment);
        }
        if (!read) return read;
    }
    if (!decode_time || fragment.samples.empty())
        return fail(Errc::malformed, "mp4: track fragment without decode time or samples");
    return {};
}

}  // namespace

Result<Fragment> read_fragment(ByteView bytes) {
    ByteReader reader(bytes);
    TRY(const auto moof, next_box(reader));
    if (moof.type != "moof") return fail(Errc::malformed, "mp4: no moof at the start of a fragment");
    Fragment fragment;
    ByteReader boxes(moof.body);
    while (boxes.remaining() > 0) {
        TRY(const auto box, next_box(boxes));
        if (box.type == "mfhd" && box.body.size() == 8)
            fragment.sequence = ByteReader(box.body.subspan(4)).u32();
        if (box.type != "traf") continue;
        if (const auto read = read_traf(box.body, fragment); !read) return std::unexpected(read.error());
    }
    if (fragment.payload != reader.position() + box_header)
        return fail(Errc::malformed, "mp4: a fragment's samples do not start in the mdat behind its moof");
    return fragment;
}

}  // namespace tally::container::mp4
