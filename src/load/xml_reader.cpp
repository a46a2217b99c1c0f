#include "load/xml_reader.hpp"

#include <array>
#include <utility>

namespace tally::load {
namespace {

constexpr std::string_view spaces = " \t\r\n";

std::string unescape(std::string_view text) {
    constexpr auto entities = std::to_array<std::pair<std::string_view, char>>(
        {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}}
    );
    std::string plain;
    while (!text.empty()) {
        std::size_t taken = 1;
        char letter = text.front();
        for (const auto& [entity, meaning] : entities) {
            if (!text.starts_with(entity)) continue;
            taken = entity.size();
            letter = meaning;
        }
        plain += letter;
        text.remove_prefix(taken);
    }
    return plain;
}

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(spaces);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

/// Of what is between "<" and ">".
XmlTag tag_of(std::string_view inner) {
    XmlTag tag;
    tag.closes = inner.starts_with('/');
    if (tag.closes) inner.remove_prefix(1);
    tag.empty = inner.ends_with('/');
    if (tag.empty) inner.remove_suffix(1);
    const auto name_end = std::min(inner.find_first_of(spaces), inner.size());
    tag.name = inner.substr(0, name_end);
    tag.attributes = inner.substr(name_end);
    if (const auto colon = tag.name.find(':'); colon != std::string_view::npos)
        tag.name.remove_prefix(colon + 1);
    return tag;
}

}  // namespace

std::string XmlTag::attribute(std::string_view wanted) const {
    for (auto rest = attributes; !rest.empty();) {
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) break;
        const auto key = trim(rest.substr(0, equals));
        const auto quote = rest.find_first_of("\"'", equals);
        if (quote == std::string_view::npos) break;
        const auto end = rest.find(rest[quote], quote + 1);
        if (end == std::string_view::npos) break;
        if (key == wanted) return unescape(rest.substr(quote + 1, end - quote - 1));
        rest.remove_prefix(end + 1);
    }
    return {};
}

std::optional<XmlTag> XmlReader::next() {
    for (;;) {
        const auto start = rest_.find('<');
        if (start == std::string_view::npos) return std::nullopt;
        rest_.remove_prefix(start + 1);
        const std::string_view closing = rest_.starts_with("!--") ? "-->" : ">";
        const auto end = rest_.find(closing);
        if (end == std::string_view::npos) return std::nullopt;
        const auto inner = rest_.substr(0, end);
        rest_.remove_prefix(end + closing.size());
        if (!inner.starts_with('?') && !inner.starts_with('!')) return tag_of(inner);
    }
}

std::string XmlReader::text() const {
    return unescape(trim(rest_.substr(0, rest_.find('<'))));
}

}  // namespace tally::load
