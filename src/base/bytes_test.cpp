#include "base/bytes.hpp"

#include <doctest/doctest.h>

namespace tally {

TEST_CASE("what a writer writes, a reader reads back") {
    ByteWriter writer;
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u24(0x040506);
    writer.u32(0x0708090a);
    writer.u64(0x0b0c0d0e0f101112);
    writer.text("ab");
    const auto bytes = writer.take();
    ByteReader reader(bytes);
    CHECK(reader.u8() == 0x01);
    CHECK(reader.u16() == 0x0203);
    CHECK(reader.u24() == 0x040506);
    CHECK(reader.u32() == 0x0708090a);
    CHECK(reader.u64() == 0x0b0c0d0e0f101112);
    CHECK(text_of(reader.rest()) == "ab");
    CHECK_FALSE(reader.failed());
}

TEST_CASE("reading past the end fails for good and gives zeros") {
    const Bytes bytes{1, 2, 3};
    ByteReader reader(bytes);
    CHECK(reader.u32() == 0);
    CHECK(reader.failed());
    CHECK(reader.remaining() == 0);
    CHECK(reader.u8() == 0);
    CHECK(reader.failed());
}

TEST_CASE("a size is filled in after what it counts") {
    ByteWriter writer;
    writer.u32(0);
    writer.text("abc");
    writer.set_u32(0, static_cast<std::uint32_t>(writer.size()));
    CHECK(writer.take() == Bytes{0, 0, 0, 7, 'a', 'b', 'c'});
}

}  // namespace tally
