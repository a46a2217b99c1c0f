// Encoding of index records. Numbers are big-endian; sample tables are LEB128, about seven bytes a sample.
#include "record/index.hpp"

#include "base/id.hpp"

#include <boost/crc.hpp>

namespace tally::record {
namespace {

constexpr std::size_t head_size = 8;  // length and CRC
constexpr std::size_t largest_record = 4 * 1024 * 1024;
constexpr std::size_t block = 256 * 1024;

enum class Tag : std::uint8_t { rendition = 1, init = 2, fragment = 3 };

enum Flags : std::uint8_t { independent = 1, discontinuity = 2 };

std::uint32_t checksum(ByteView bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

void put_varint(ByteWriter& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7)
        out.u8(static_cast<std::uint8_t>(value | 0x80));
    out.u8(static_cast<std::uint8_t>(value));
}

std::uint64_t get_varint(ByteReader& in) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = in.u8();
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    return value;
}

std::uint32_t zigzag(std::int32_t value) {
    return (static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31);
}

std::int32_t unzigzag(std::uint32_t value) {
    return static_cast<std::int32_t>((value >> 1) ^ (~(value & 1) + 1));
}

void put_blob(ByteWriter& out, ByteView bytes) {
    out.u32(static_cast<std::uint32_t>(bytes.size()));
    out.bytes(bytes);
}

ByteView get_blob(ByteReader& in) {
    return in.take(in.u32());
}

void put_format(ByteWriter& out, const codec::Format& format) {
    if (const auto* video = std::get_if<codec::VideoFormat>(&format)) {
        out.u8(static_cast<std::uint8_t>(media::Kind::video));
        out.u8(static_cast<std::uint8_t>(video->codec));
        out.u32(video->width);
        out.u32(video->height);
        put_blob(out, bytes_of(video->codecs));
        put_blob(out, video->configuration);
        return;
    }
    const auto& audio = std::get<codec::AudioFormat>(format);
    out.u8(static_cast<std::uint8_t>(media::Kind::audio));
    out.u8(static_cast<std::uint8_t>(audio.codec));
    out.u32(audio.sample_rate);
    out.u32(audio.channels);
    out.u32(audio.samples_per_frame);
    put_blob(out, bytes_of(audio.codecs));
    put_blob(out, audio.configuration);
}

Bytes copy(ByteView bytes) {
    return {bytes.begin(), bytes.end()};
}

codec::Format get_format(ByteReader& in) {
    const bool is_video = in.u8() == static_cast<std::uint8_t>(media::Kind::video);
    const auto codec = static_cast<codec::Codec>(in.u8());
    if (is_video) {
        return codec::VideoFormat{
            .codec = codec,
            .width = in.u32(),
            .height = in.u32(),
            .codecs = std::string(text_of(get_blob(in))),
            .configuration = copy(get_blob(in))
        };
    }
    return codec::AudioFormat{
        .codec = codec,
        .sample_rate = in.u32(),
        .channels = in.u32(),
        .samples_per_frame = in.u32(),
        .codecs = std::string(text_of(get_blob(in))),
        .configuration = copy(get_blob(in))
    };
}

void put(ByteWriter& out, const RenditionEntry& entry) {
    out.u8(static_cast<std::uint8_t>(Tag::rendition));
    out.u8(static_cast<std::uint8_t>(entry.kind));
    out.u32(entry.timescale);
    put_blob(out, bytes_of(entry.name));
}

void put(ByteWriter& out, const InitEntry& entry) {
    out.u8(static_cast<std::uint8_t>(Tag::init));
    out.u8(entry.rendition);
    out.u32(entry.number);
    out.u64(entry.offset);
    out.u32(entry.size);
    put_format(out, *entry.format);
}

void put(ByteWriter& out, const FragmentEntry& entry) {
    out.u8(static_cast<std::uint8_t>(Tag::fragment));
    out.u8(entry.rendition);
    out.u8((entry.independent ? Flags::independent : 0) | (entry.discontinuity ? Flags::discontinuity : 0));
    out.u32(entry.part);
    out.u32(entry.init);
    out.u64(entry.segment);
    out.u64(entry.decode_time);
    out.u64(entry.duration);
    out.u64(static_cast<std::uint64_t>(entry.captured.time_since_epoch().count()));
    out.u64(entry.offset);
    out.u32(entry.size);
    out.u32(entry.payload);
    put_varint(out, zigzag(entry.composition_offset));
    out.u32(entry.sample_count);
    for (const auto& sample : entry.samples) {
        put_varint(out, static_cast<std::uint64_t>(sample.size) << 1 | (sample.sync ? 1 : 0));
        put_varint(out, sample.duration);
        put_varint(out, zigzag(sample.composition_offset));
    }
}

RenditionEntry get_rendition(ByteReader& in) {
    RenditionEntry entry{.kind = static_cast<media::Kind>(in.u8()), .timescale = in.u32()};
    entry.name = text_of(get_blob(in));
    return entry;
}

InitEntry get_init(ByteReader& in) {
    InitEntry entry{.rendition = in.u8(), .number = in.u32(), .offset = in.u64(), .size = in.u32()};
    entry.format = std::make_shared<const codec::Format>(get_format(in));
    return entry;
}

std::vector<package::Sample> get_samples(ByteReader& in, std::uint32_t count) {
    std::vector<package::Sample> samples;
    samples.reserve(std::min<std::size_t>(count, in.remaining()));
    for (std::uint32_t i = 0; i < count && !in.failed(); ++i) {
        const auto size_and_sync = get_varint(in);
        const auto duration = static_cast<std::uint32_t>(get_varint(in));
        samples.push_back(
            {.size = static_cast<std::uint32_t>(size_and_sync >> 1),
             .duration = duration,
             .composition_offset = unzigzag(static_cast<std::uint32_t>(get_varint(in))),
             .sync = (size_and_sync & 1) != 0}
        );
    }
    return samples;
}

FragmentEntry get_fragment(ByteReader& in, IndexReader::Detail detail) {
    FragmentEntry entry{.rendition = in.u8()};
    const auto flags = in.u8();
    entry.independent = (flags & Flags::independent) != 0;
    entry.discontinuity = (flags & Flags::discontinuity) != 0;
    entry.part = in.u32();
    entry.init = in.u32();
    entry.segment = in.u64();
    entry.decode_time = in.u64();
    entry.duration = in.u64();
    entry.captured = Time(Milliseconds(static_cast<std::int64_t>(in.u64())));
    entry.offset = in.u64();
    entry.size = in.u32();
    entry.payload = in.u32();
    entry.composition_offset = unzigzag(static_cast<std::uint32_t>(get_varint(in)));
    entry.sample_count = in.u32();
    if (detail == IndexReader::Detail::samples) entry.samples = get_samples(in, entry.sample_count);
    return entry;
}

std::optional<Entry> decode(ByteView payload, IndexReader::Detail detail) {
    ByteReader in(payload);
    std::optional<Entry> entry;
    switch (static_cast<Tag>(in.u8())) {
        case Tag::rendition:
            entry = get_rendition(in);
            break;
        case Tag::init:
            entry = get_init(in);
            break;
        case Tag::fragment:
            entry = get_fragment(in, detail);
            break;
    }
    if (in.failed()) return std::nullopt;
    return entry;
}

}  // namespace

Bytes encode(const Entry& entry) {
    ByteWriter payload;
    std::visit([&](const auto& value) { put(payload, value); }, entry);
    const auto bytes = payload.take();
    ByteWriter out;
    out.reserve(head_size + bytes.size());
    out.u32(static_cast<std::uint32_t>(bytes.size()));
    out.u32(checksum(bytes));
    out.bytes(bytes);
    return out.take();
}

Result<std::optional<Entry>> IndexReader::next() {
    TRY(const auto head, peek(head_size));
    ByteReader in(head);
    const auto size = in.u32();
    const auto crc = in.u32();
    if (in.failed() || size == 0 || size > largest_record) return std::nullopt;
    TRY(const auto record, peek(head_size + size));
    if (record.size() < head_size + size) return std::nullopt;
    const auto payload = record.subspan(head_size);
    if (checksum(payload) != crc) return std::nullopt;
    auto entry = decode(payload, detail_);
    if (entry) position_ += record.size();
    return entry;
}

/// `size` bytes at position(), or what there is of them.
Result<ByteView> IndexReader::peek(std::size_t size) {
    if (position_ + size > buffered_from_ + buffer_.size()) {
        buffer_.resize(std::max(size, block));
        TRY(const auto filled, file_.read(position_, buffer_));
        buffer_.resize(filled);
        buffered_from_ = position_;
    }
    const auto available = ByteView(buffer_).subspan(static_cast<std::size_t>(position_ - buffered_from_));
    return available.first(std::min(size, available.size()));
}

}  // namespace tally::record
