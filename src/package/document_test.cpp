#include "package/document.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

using namespace tally;

TEST_CASE("a document's gzip form unpacks to its text, and the tag follows the text") {
    const std::string text(5000, 'a');
    const auto document = package::make_document(text);
    CHECK(text_of(*document.text) == text);
    CHECK(document.gzip->size() < 100);

    std::string unpacked(text.size() + 1, '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    stream.next_in = const_cast<Bytef*>(document.gzip->data());
    stream.avail_in = static_cast<uInt>(document.gzip->size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    unpacked.resize(stream.total_out);
    inflateEnd(&stream);
    CHECK(unpacked == text);

    CHECK(document.etag == package::make_document(text).etag);
    CHECK(document.etag != package::make_document(text + "b").etag);
    CHECK(document.etag.front() == '"');
}
