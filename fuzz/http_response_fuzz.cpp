// Bytes from an HTTP server that Tally calls, in pieces.
#include "fuzz/check.hpp"
#include "http/client/response_parser.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tally;
    if (size == 0) return 0;
    constexpr std::size_t most_body = 4096;
    const std::size_t piece = data[0] + 1U;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    http::ResponseParser parser(most_body);
    for (std::size_t position = 1; position < size; position += piece) {
        const auto complete = parser.feed(text.substr(position, piece));
        if (!complete) return 0;
        if (!*complete) continue;
        fuzz::check(parser.take().body.size() <= most_body);
        return 0;
    }
    if (parser.end().value_or(false)) fuzz::check(parser.take().body.size() <= most_body);
    return 0;
}
