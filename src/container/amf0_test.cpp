#include "container/amf0.hpp"

#include "codec/fixtures.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace tally::container::amf0 {

using codec::fixtures::from_hex;

TEST_CASE("a connect command as librtmp sends it") {
    // "connect", 1, {app: "live", type: "nonprivate"}
    const auto values =
        decode(from_hex("020007636f6e6e656374003ff0000000000000"
                        "030003617070020004"
                        "6c697665"
                        "000474797065"
                        "02000a6e6f6e70726976617465"
                        "000009"));
    REQUIRE(values);
    REQUIRE(values->size() == 3);
    CHECK(values->at(0).text() == "connect");
    CHECK(values->at(1).number_or(0) == 1);
    REQUIRE(values->at(2).find("app"));
    CHECK(values->at(2).find("app")->text() == "live");
    CHECK(values->at(2).find("tcUrl") == nullptr);
}

TEST_CASE("every kind of value survives encoding and decoding, members in order") {
    StrictArray list;
    list.items = {1, "two", Null{}};
    Object metadata{{"width", 1280}, {"stereo", true}, {"keyframes", list}};
    metadata.ecma_array = true;
    const std::vector<Value> values{
        "onMetaData",
        metadata,
        Object{{"nested", Object{{"empty", ""}}}, {"seconds", 0.25}},
        Date{1'700'000'000'000.0},
        Value(),
        std::string(70'000, 'x'),
    };
    const auto decoded = decode(encode(values));
    REQUIRE(decoded);
    CHECK(*decoded == values);
}

TEST_CASE("an ECMA array is read to its end, whatever its count says") {
    const auto values =
        decode(from_hex("08ffffffff"
                        "000161"
                        "0101"
                        "000009"));
    REQUIRE(values);
    REQUIRE(values->front().find("a"));
    CHECK(*values->front().find("a") == Value(true));
}

TEST_CASE("a typed object is an object") {
    const auto values =
        decode(from_hex("10000143"
                        "000161"
                        "05"
                        "000009"));
    REQUIRE(values);
    CHECK(*values->front().find("a") == Value(Null{}));
}

TEST_CASE("nesting 10 000 deep is an error") {
    Bytes bytes;
    for (int i = 0; i < 10'000; ++i)
        for (const std::uint8_t byte : {0x03, 0x00, 0x01, 0x61})
            bytes.push_back(byte);
    const auto values = decode(bytes);
    REQUIRE_FALSE(values);
    CHECK(values.error().code == Errc::too_large);
    CHECK(values.error().context == "amf0: over 16 levels deep");
}

TEST_CASE("a message of endless small values is an error") {
    const auto values = decode(Bytes(1'000'000, 0x05));
    REQUIRE_FALSE(values);
    CHECK(values.error().code == Errc::too_large);
}

TEST_CASE("an array that announces more than there is costs nothing") {
    const auto values = decode(from_hex("0affffffff05"));
    REQUIRE_FALSE(values);
    CHECK(values.error().code == Errc::truncated);
}

TEST_CASE("a message cut anywhere within a value is an error") {
    const auto whole = encode({Object{{"name", "value"}, {"number", 5}}});
    for (std::size_t size = 1; size < whole.size(); ++size)
        CHECK_FALSE(decode(ByteView(whole).first(size)));
}

TEST_CASE("an unknown marker is named") {
    const auto values = decode(from_hex("11"));
    REQUIRE_FALSE(values);
    CHECK(values.error().context == "amf0: marker 17");
}

}  // namespace tally::container::amf0
