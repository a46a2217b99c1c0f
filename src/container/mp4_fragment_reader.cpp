// Fragments read back, after a crash or for a view over a recording.
#include "container/mp4.hpp"
#include "container/mp4_fragment.hpp"

#include <fmt/format.h>

#include <optional>

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
    return Box{.type = type, .body = body};
}

/// The body of the one box of `type` among `boxes`.
Result<ByteView> only_box(ByteView boxes, std::string_view type) {
    ByteReader reader(boxes);
    std::optional<ByteView> found;
    while (reader.remaining() > 0) {
        TRY(const auto box, next_box(reader));
        if (box.type != type) continue;
        if (found) return fail(Errc::unsupported, fmt::format("mp4: several {} in one box", type));
        found = box.body;
    }
    if (!found) return fail(Errc::malformed, fmt::format("mp4: no {} where one belongs", type));
    return *found;
}

/// What tfhd says for all samples (ISO 14496-12 8.8.7).
struct Defaults {
    std::uint32_t duration = 0;
    std::uint32_t flags = 0;
};

Result<Defaults> read_tfhd(ByteView body, Fragment& fragment) {
    ByteReader reader(body);
    const FieldFlags fields{reader.u32() & 0xff'ffff};
    if (!fields.has(tf_default_base_is_moof) || fields.has(tf_base_data_offset))
        return fail(Errc::unsupported, "mp4: track fragment whose offsets do not count from its moof");
    fragment.track = reader.u32();
    if (fields.has(tf_sample_description)) reader.skip(4);
    Defaults defaults;
    if (fields.has(tf_default_duration)) defaults.duration = reader.u32();
    if (fields.has(tf_default_size)) reader.skip(4);
    if (fields.has(tf_default_flags)) defaults.flags = reader.u32();
    if (reader.failed()) return fail(Errc::truncated, "mp4: tfhd ends too early");
    return defaults;
}

Result<std::uint64_t> read_tfdt(ByteView body) {
    ByteReader reader(body);
    const auto version = reader.u8();
    reader.skip(3);
    const auto decode_time = version == 1 ? reader.u64() : reader.u32();
    if (reader.failed()) return fail(Errc::truncated, "mp4: tfdt ends too early");
    return decode_time;
}

Sample read_sample(ByteReader& reader, FieldFlags fields, Defaults defaults) {
    Sample sample;
    sample.duration = fields.has(tr_duration) ? reader.u32() : defaults.duration;
    sample.size = reader.u32();
    const auto flags = fields.has(tr_flags) ? reader.u32() : defaults.flags;
    sample.sync = (flags & non_sync_bit) == 0;
    if (fields.has(tr_composition_offset))
        sample.composition_offset = static_cast<std::int32_t>(reader.u32());
    return sample;
}

Result<> read_trun(ByteView body, Defaults defaults, Fragment& fragment) {
    ByteReader reader(body);
    const FieldFlags fields{reader.u32() & 0xff'ffff};
    if (!fields.has(tr_data_offset) || !fields.has(tr_size))
        return fail(Errc::unsupported, "mp4: track run without data offset or sample sizes");
    const auto count = reader.u32();
    fragment.payload = reader.u32();
    auto first_defaults = defaults;
    if (fields.has(tr_first_flags)) first_defaults.flags = reader.u32();
    // A size takes four bytes, so what is there bounds what is reserved.
    if (reader.failed() || count == 0 || count > reader.remaining() / 4)
        return fail(
            Errc::malformed, fmt::format("mp4: track run of {} bytes for {} samples", body.size(), count)
        );
    fragment.samples.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i)
        fragment.samples.push_back(read_sample(reader, fields, i == 0 ? first_defaults : defaults));
    if (reader.failed()) return fail(Errc::truncated, "mp4: trun ends too early");
    return {};
}

}  // namespace

Result<Fragment> read_fragment(ByteView bytes) {
    ByteReader reader(bytes);
    TRY(const auto moof, next_box(reader));
    if (moof.type != "moof") return fail(Errc::malformed, "mp4: no moof at the start of a fragment");
    TRY(const auto mfhd, only_box(moof.body, "mfhd"));
    TRY(const auto traf, only_box(moof.body, "traf"));
    TRY(const auto tfhd, only_box(traf, "tfhd"));
    TRY(const auto tfdt, only_box(traf, "tfdt"));
    TRY(const auto trun, only_box(traf, "trun"));

    Fragment fragment;
    ByteReader header(mfhd);
    header.skip(4);
    fragment.sequence = header.u32();
    if (header.failed()) return fail(Errc::truncated, "mp4: mfhd ends too early");
    TRY(const auto defaults, read_tfhd(tfhd, fragment));
    TRY(fragment.decode_time, read_tfdt(tfdt));
    if (const auto read = read_trun(trun, defaults, fragment); !read) return std::unexpected(read.error());
    if (fragment.payload != reader.position() + box_header)
        return fail(Errc::malformed, "mp4: a fragment's samples do not start in the mdat behind its moof");
    return fragment;
}

}  // namespace tally::container::mp4
