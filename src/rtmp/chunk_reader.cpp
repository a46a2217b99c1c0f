#include "rtmp/chunk_reader.hpp"

#include <algorithm>
#include <bit>

namespace tally::rtmp {
namespace {

constexpr std::uint32_t extended_mark = 0xFF'FF'FF;
constexpr std::array<std::size_t, 4> message_header_sizes{11, 7, 3, 0};
constexpr std::size_t reserve_at_most = 128 * 1024;  // a length is only a claim until the bytes are here

std::array<std::uint8_t, 4> big_endian(std::uint32_t value) {
    return {
        static_cast<std::uint8_t>(value >> 24),
        static_cast<std::uint8_t>(value >> 16),
        static_cast<std::uint8_t>(value >> 8),
        static_cast<std::uint8_t>(value)
    };
}

}  // namespace

Result<std::optional<Message>> ChunkReader::next(ByteView& input) {
    for (;;) {
        if (!current_) {
            TRY(const bool begun, begin_chunk(input));
            if (!begun) return std::nullopt;
        }
        TRY(const bool complete, read_payload(input));
        if (!complete) {
            if (current_) return std::nullopt;
            continue;
        }
        auto& stream = *std::exchange(current_, nullptr);
        stream.open = false;
        buffered_ -= stream.length;
        auto payload = std::exchange(stream.message.payload, {});
        Message message = stream.message;
        message.payload = std::move(payload);
        TRY(const bool obeyed, obey(message));
        if (!obeyed) return message;
    }
}

/// True when at least `size` bytes are in ahead_.
bool ChunkReader::look(ByteView& input, std::size_t size) {
    if (ahead_size_ >= size) return true;
    const auto count = std::min(input.size(), size - ahead_size_);
    std::copy_n(input.begin(), count, ahead_.begin() + static_cast<std::ptrdiff_t>(ahead_size_));
    ahead_size_ += count;
    input = input.subspan(count);
    return ahead_size_ == size;
}

void ChunkReader::drop(std::size_t size) {
    std::copy(
        ahead_.begin() + static_cast<std::ptrdiff_t>(size),
        ahead_.begin() + static_cast<std::ptrdiff_t>(ahead_size_),
        ahead_.begin()
    );
    ahead_size_ -= size;
}

std::optional<ChunkReader::Header> ChunkReader::look_header(ByteView& input) {
    if (!look(input, 1)) return {};
    const std::uint32_t first = ahead_[0];
    Header header{.format = first >> 6, .chunk_stream = first & 63, .size = 1};
    if (header.chunk_stream < 2) {  // 5.3.1.1: ids from 64 are in one or two bytes more
        header.size += header.chunk_stream + 1;
        if (!look(input, header.size)) return {};
        header.chunk_stream = 64U + ahead_[1] + (header.size == 3 ? ahead_[2] * 256U : 0);
    }
    header.size += message_header_sizes.at(header.format);
    if (!look(input, header.size)) return {};
    return header;
}

Result<ChunkReader::Stream*> ChunkReader::stream_of(const Header& header) {
    const auto known = std::ranges::find(streams_, header.chunk_stream, &Stream::id);
    if (known != streams_.end()) return &*known;
    // librtmp's pings begin with format 1 on a fresh chunk stream; 2 and 3 leave the length unknown.
    if (header.format > 1)
        return fail(Errc::malformed, "rtmp: a chunk stream begins without a message length");
    if (streams_.size() == limits_.chunk_streams)
        return fail(Errc::too_large, "rtmp: too many chunk streams");
    streams_.emplace_back().id = header.chunk_stream;
    return &streams_.back();
}

/// Whether a type 3 chunk repeats the extended timestamp (5.3.1.3). librtmp leaves it out, so it counts as
/// repeated only when the bytes are equal. Empty while there are too few bytes to tell.
std::optional<bool> ChunkReader::look_repeated_time(
    ByteView& input, const Header& header, const Stream& stream
) {
    const auto field = big_endian(stream.time_field);
    const auto absolute = big_endian(stream.message.timestamp);
    for (std::size_t size = 1; size <= 4; ++size) {
        if (!look(input, header.size + size)) return {};
        const auto seen = ByteView(ahead_).subspan(header.size, size);
        if (!std::ranges::equal(seen, ByteView(field).first(size)) &&
            !std::ranges::equal(seen, ByteView(absolute).first(size)))
            return false;
    }
    return true;
}

/// Reads a chunk's header; false when it is not complete yet.
Result<bool> ChunkReader::begin_chunk(ByteView& input) {
    const auto header = look_header(input);
    if (!header) return false;
    TRY(auto* const stream, stream_of(*header));
    auto used = header->size;
    auto time_field = stream->time_field;
    if (header->format < 3) {
        const auto basic = header->size - message_header_sizes.at(header->format);
        time_field = ByteReader(ByteView(ahead_).subspan(basic, 3)).u24();
        stream->extended = time_field == extended_mark;
        if (stream->extended) {
            used += 4;
            if (!look(input, used)) return false;
            time_field = ByteReader(ByteView(ahead_).subspan(header->size, 4)).u32();
        }
    } else if (stream->extended) {
        const auto repeated = look_repeated_time(input, *header, *stream);
        if (!repeated) return false;
        if (*repeated) used += 4;
    }
    if (auto applied = apply(*header, time_field, *stream); !applied) return std::unexpected(applied.error());
    drop(used);
    current_ = stream;
    chunk_left_ = std::min(chunk_size_, stream->length - stream->message.payload.size());
    return true;
}

Result<void> ChunkReader::apply(const Header& header, std::uint32_t time_field, Stream& stream) {
    if (stream.open) {
        if (header.format == 3) return {};
        return fail(Errc::malformed, "rtmp: a message begins inside another of its chunk stream");
    }
    auto& message = stream.message;
    ByteReader fields(ByteView(ahead_).first(header.size));
    fields.skip(header.size - message_header_sizes.at(header.format) + 3);
    if (header.format < 2) {
        stream.length = fields.u24();
        message.type = MessageType{fields.u8()};
    }
    if (header.format == 0) message.stream = std::byteswap(fields.u32());  // the one little-endian field
    // A message that starts with type 3 moves by the last difference, as FMLE's do (5.3.1.2.4).
    message.timestamp = header.format == 0 ? time_field : message.timestamp + time_field;
    stream.time_field = time_field;
    if (stream.length > limits_.message)
        return fail(Errc::too_large, fmt::format("rtmp: a message of {} bytes", stream.length));
    message.payload.reserve(std::min(stream.length, reserve_at_most));
    stream.open = true;
    return {};
}

/// True when the message is complete. Without that, current_ is null once its chunk has ended.
Result<bool> ChunkReader::read_payload(ByteView& input) {
    const auto from_ahead = std::min(ahead_size_, chunk_left_);
    take(ByteView(ahead_).first(from_ahead));
    drop(from_ahead);
    const auto from_input = std::min(input.size(), chunk_left_);
    take(input.first(from_input));
    input = input.subspan(from_input);
    if (buffered_ > limits_.buffered) return fail(Errc::too_large, "rtmp: too many unfinished messages");
    const bool complete = current_->message.payload.size() == current_->length;
    if (chunk_left_ == 0 && !complete) current_ = nullptr;
    return complete;
}

void ChunkReader::take(ByteView bytes) {
    auto& payload = current_->message.payload;
    payload.insert(payload.end(), bytes.begin(), bytes.end());
    buffered_ += bytes.size();
    chunk_left_ -= bytes.size();
}

/// True for messages that concern the chunk layer alone (5.4.1, 5.4.2).
Result<bool> ChunkReader::obey(const Message& message) {
    if (message.type != MessageType::set_chunk_size && message.type != MessageType::abort) return false;
    ByteReader reader(message.payload);
    const auto value = reader.u32();
    if (reader.failed()) return fail(Errc::malformed, "rtmp: a chunk control message is too short");
    if (message.type == MessageType::set_chunk_size) {
        if (value == 0 || value > 0x7F'FF'FF'FF)
            return fail(Errc::malformed, fmt::format("rtmp: chunk size {}", value));
        chunk_size_ = value;
    } else if (const auto stream = std::ranges::find(streams_, value, &Stream::id);
               stream != streams_.end()) {
        buffered_ -= stream->message.payload.size();
        stream->message.payload.clear();
        stream->open = false;
    }
    return true;
}

}  // namespace tally::rtmp
