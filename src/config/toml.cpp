#include "config/toml.hpp"

#include <fmt/format.h>

#define TOML_HEADER_ONLY 0  // Debian's package carries the compiled library
#include <toml++/toml.h>

#include <algorithm>
#include <tuple>

namespace tally::config {

namespace {

Value value_of(const toml::array& array) {
    Strings strings;
    for (const auto& node : array) {
        const auto* text = node.as_string();
        if (!text) return Unsupported();
        strings.push_back(text->get());
    }
    return strings;
}

Value value_of(const toml::node& node) {
    if (node.is_table()) return Section();
    if (const auto* flag = node.as_boolean()) return flag->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* array = node.as_array()) return value_of(*array);
    return Unsupported();
}

void flatten(const toml::table& table, const std::string& prefix, std::vector<Entry>& entries) {
    for (const auto& [name, node] : table) {
        const auto key = prefix + std::string(name.str());
        entries.push_back({key, value_of(node), node.source().begin.line});
        if (const auto* inner = node.as_table()) flatten(*inner, key + ".", entries);
    }
}

}  // namespace

Result<std::vector<Entry>> read_toml(std::string_view text, std::string_view source) {
    std::vector<Entry> entries;
    try {
        flatten(toml::parse(text), "", entries);
    } catch (const toml::parse_error& error) {
        return fail(
            Errc::malformed, fmt::format("{}:{}: {}", source, error.source().begin.line, error.description())
        );
    }
    // the first mistake in the file is the one reported
    std::ranges::sort(entries, {}, [](const Entry& entry) { return std::tie(entry.line, entry.key); });
    return entries;
}

std::string string_literal(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            literal += fmt::format("\\{}", c);
        } else if (byte < 0x20 || byte == 0x7f) {
            literal += fmt::format("\\u{:04x}", byte);
        } else {
            literal += c;
        }
    }
    return literal + '"';
}

}  // namespace tally::config
