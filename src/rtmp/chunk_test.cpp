#include "rtmp/chunk_reader.hpp"
#include "rtmp/chunk_writer.hpp"

#include <doctest/doctest.h>

using namespace tally;
using namespace tally::rtmp;

namespace {

constexpr ChunkReader::Limits limits{.message = 100'000, .buffered = 150'000, .chunk_streams = 4};

Message video(std::uint32_t timestamp, std::size_t size) {
    Message message{MessageType::video, timestamp, 1, Bytes(size)};
    for (std::size_t i = 0; i < size; ++i)
        message.payload[i] = static_cast<std::uint8_t>(i * 7);
    return message;
}

Bytes chunked(const Message& message, std::size_t chunk_size) {
    Bytes bytes;
    write_chunks(bytes, ChunkStream::video, message, chunk_size);
    return bytes;
}

Result<std::vector<Message>> read_all(ChunkReader& reader, ByteView bytes, std::size_t step) {
    std::vector<Message> messages;
    for (; !bytes.empty(); bytes = bytes.subspan(std::min(step, bytes.size()))) {
        auto piece = bytes.first(std::min(step, bytes.size()));
        for (;;) {
            TRY(auto message, reader.next(piece));
            if (!message) break;
            messages.push_back(std::move(*message));
        }
        CHECK(piece.empty());
    }
    return messages;
}

Result<std::vector<Message>> read_all(const Bytes& bytes, std::size_t step = 100'000) {
    ChunkReader reader(limits);
    return read_all(reader, bytes, step);
}

Bytes join(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const auto& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

Errc error_of(const Bytes& bytes) {
    const auto outcome = read_all(bytes);
    REQUIRE_FALSE(outcome.has_value());
    return outcome.error().code;
}

const Bytes chunk_size_256{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 1, 0};

}  // namespace

TEST_CASE("a message comes back whole however the network cuts it, with and without extended timestamps") {
    for (const std::uint32_t timestamp :
         {0U, 40U, 0xFF'FF'FEU, 0xFF'FF'FFU, 0x01'00'00'10U, 0xFF'FF'FF'FFU}) {
        for (const std::size_t size : {0U, 1U, 128U, 129U, 5000U}) {
            const auto message = video(timestamp, size);
            for (const std::size_t step : {1U, 3U, 100'000U}) {
                const auto messages = read_all(chunked(message, 128), step);
                REQUIRE(messages.has_value());
                REQUIRE(messages->size() == 1);
                CHECK(messages->front().timestamp == timestamp);
                CHECK(messages->front().type == MessageType::video);
                CHECK(messages->front().stream == 1);
                CHECK(messages->front().payload == message.payload);
            }
        }
    }
}

TEST_CASE(
    "type 3 chunks without the extended timestamp, as librtmp sends them, are payload from the first byte"
) {
    auto message = video(0x01'00'00'10, 300);
    for (const auto& tricky : {Bytes{9, 9, 9, 9}, Bytes{1, 0, 0, 0x11}, Bytes{1, 9, 9, 9}}) {
        std::ranges::copy(tricky, message.payload.begin() + 128);
        auto bytes = chunked(message, 128);
        bytes.erase(bytes.begin() + 16 + 128 + 1, bytes.begin() + 16 + 128 + 5);
        bytes.erase(bytes.begin() + 16 + 2 * 128 + 2, bytes.begin() + 16 + 2 * 128 + 6);
        for (const std::size_t step : {1U, 2U, 1000U}) {
            const auto messages = read_all(bytes, step);
            REQUIRE(messages.has_value());
            REQUIRE(messages->size() == 1);
            CHECK(messages->front().payload == message.payload);
        }
    }
}

TEST_CASE(
    "a last chunk shorter than an extended timestamp does not wait for more bytes or swallow the next header"
) {
    const auto first = video(0x01'00'00'10, 128 + 1);
    auto bytes = chunked(first, 128);
    bytes.erase(bytes.end() - 5, bytes.end() - 1);
    bytes.back() = 1;  // equal to the timestamp's first byte: undecided until the next chunk begins
    const auto second = chunked(video(0x01'00'00'20, 10), 128);
    const auto messages = read_all(join({bytes, second}), 1);
    REQUIRE(messages.has_value());
    REQUIRE(messages->size() == 2);
    CHECK(messages->front().payload.size() == 129);
    CHECK(messages->back().payload == video(0, 10).payload);
}

TEST_CASE("a message that starts with a type 3 chunk moves by the last difference") {
    const Bytes bytes{4,    0,    0, 100, 0,    0, 1, 8, 1,    0, 0, 0, 0xA1,  // type 0 at 100
                      0x44, 0,    0, 23,  0,    0, 1, 8, 0xA2,                 // type 1: +23
                      0xC4, 0xA3,                                              // type 3: +23
                      0x84, 0,    0, 10,  0xA4,                                // type 2: +10
                      0xC4, 0xA5};
    const auto messages = read_all(bytes, 1);
    REQUIRE(messages.has_value());
    std::vector<std::uint32_t> timestamps;
    for (const auto& message : *messages)
        timestamps.push_back(message.timestamp);
    CHECK(timestamps == std::vector<std::uint32_t>{100, 123, 146, 156, 166});
}

TEST_CASE("messages of two chunk streams interleave") {
    auto picture = chunked(video(40, 200), 128);
    const Bytes sound{4, 0, 0, 40, 0, 0, 2, 8, 1, 0, 0, 0, 0xAF, 1};
    picture.insert(picture.begin() + 12 + 128, sound.begin(), sound.end());
    const auto messages = read_all(picture);
    REQUIRE(messages.has_value());
    REQUIRE(messages->size() == 2);
    CHECK(messages->front().type == MessageType::audio);
    CHECK(messages->back().payload == video(40, 200).payload);
}

TEST_CASE("two and three byte chunk stream ids are read") {
    const Bytes two{0, 10, 0, 0, 1, 0, 0, 1, 8, 1, 0, 0, 0, 0xAA};
    const Bytes three{1, 10, 1, 0, 0, 2, 0, 0, 1, 8, 1, 0, 0, 0, 0xBB, 0xC1, 10, 1, 0xCC};
    const auto messages = read_all(join({two, three}), 1);
    REQUIRE(messages.has_value());
    REQUIRE(messages->size() == 3);
    CHECK(messages->at(2).timestamp == 4);
}

TEST_CASE("set chunk size takes effect with the next chunk, and abort discards a partial message") {
    const auto whole = chunked(video(1, 250), 256);
    CHECK(read_all(join({chunk_size_256, whole}))->size() == 1);

    auto partial = chunked(video(1, 200), 128);
    partial.resize(12 + 128);
    const Bytes abort{2, 0, 0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0, 0, 7};
    const auto messages = read_all(join({partial, abort, chunked(video(2, 10), 128)}));
    REQUIRE(messages.has_value());
    REQUIRE(messages->size() == 1);
    CHECK(messages->front().timestamp == 2);
}

TEST_CASE("a ping may begin with type 1 on a fresh chunk stream, but not with types that lack a length") {
    CHECK(read_all(Bytes{0x42, 0, 0, 5, 0, 0, 1, 4, 0xAA})->front().timestamp == 5);
    CHECK(error_of({0x84, 0, 0, 1, 0}) == Errc::malformed);
    CHECK(error_of({0xC4, 0}) == Errc::malformed);
}

TEST_CASE("everything a peer can make grow is bounded") {
    CHECK(error_of({4, 0, 0, 0, 0x01, 0x86, 0xA1, 8, 1, 0, 0, 0}) == Errc::too_large);  // 100 001 bytes

    Bytes many;
    for (std::uint8_t id = 3; id < 8; ++id)
        many.insert(many.end(), {id, 0, 0, 0, 0, 0, 1, 8, 1, 0, 0, 0, 0xAA});
    CHECK(error_of(many) == Errc::too_large);

    auto unfinished = chunked(video(0, 99'000), 98'304);
    auto second = unfinished;
    second[0] = 4;
    unfinished.resize(12 + 98'304);
    second.resize(12 + 98'304);
    const Bytes chunk_size_98304{2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 1, 0x80, 0};
    CHECK(error_of(join({chunk_size_98304, unfinished, second})) == Errc::too_large);
}

TEST_CASE("chunk sizes and message starts that break the format are errors") {
    CHECK(error_of({2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0}) == Errc::malformed);
    CHECK(error_of({2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0x80, 0, 0, 1}) == Errc::malformed);
    CHECK(error_of({2, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 9}) == Errc::malformed);
    auto partial = chunked(video(1, 200), 128);
    partial.resize(12 + 128);
    CHECK(error_of(join({partial, chunked(video(2, 10), 128)})) == Errc::malformed);
}
