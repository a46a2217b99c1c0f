#include "control/cursors.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tally::control {

namespace {

constexpr std::size_t signature_size = 16;
constexpr std::size_t longest_cursor = 256;

}  // namespace

std::string Cursors::print(std::string_view list, const Position& position) const {
    const auto text = fmt::format("{}:{}", position.at.time_since_epoch().count(), position.id);
    const auto signature = secret_.sign("cursor", fmt::format("{}\n{}", list, text));
    Bytes bytes(signature.begin(), signature.begin() + signature_size);
    bytes.insert(bytes.end(), text.begin(), text.end());
    return to_base64url(bytes);
}

std::optional<Position> Cursors::parse(std::string_view list, std::string_view cursor) const {
    if (cursor.size() > longest_cursor) return std::nullopt;
    const auto bytes = from_base64url(cursor);
    if (!bytes || bytes->size() < signature_size) return std::nullopt;
    const auto text = text_of(ByteView(*bytes).subspan(signature_size));
    const auto signature = secret_.sign("cursor", fmt::format("{}\n{}", list, text));
    const auto given = text_of(ByteView(*bytes).first(signature_size));
    if (!equal_in_constant_time(given, text_of(ByteView(signature).first(signature_size))))
        return std::nullopt;
    std::int64_t milliseconds = 0;
    const auto colon = std::min(text.find(':'), text.size() - 1);
    std::from_chars(text.data(), text.data() + colon, milliseconds);
    return Position{Time(Milliseconds(milliseconds)), std::string(text.substr(colon + 1))};
}

}  // namespace tally::control
