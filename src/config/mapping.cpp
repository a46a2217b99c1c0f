#include "config/mapping.hpp"

#include <algorithm>
#include <charconv>

namespace tally::config {

namespace {

/// "analytics.geo.database" is in "analytics.geo".
std::string_view section_of(std::string_view key) {
    return key.substr(0, key.rfind('.'));
}

Result<> apply_entry(std::span<const Key> keys, const Entry& entry) {
    const auto key = std::ranges::find(keys, entry.key, &Key::name);
    if (key != keys.end()) {
        if (key->assign(entry.value)) return {};
        return fail(Errc::malformed, "expected " + key->expected);
    }
    const auto in_section = [&](const Key& candidate) { return candidate.name.starts_with(entry.key + '.'); };
    if (!std::ranges::any_of(keys, in_section)) return fail(Errc::malformed, "unknown key");
    if (!std::holds_alternative<Section>(entry.value)) return fail(Errc::malformed, "expected a table");
    return {};
}

/// The environment has text only: numbers and booleans are recognised for the keys that are not text.
Value value_from_environment(const Key& key, std::string_view text) {
    if (key.textual) return std::string(text);
    if (text == "true" || text == "false") return text == "true";
    std::int64_t number = 0;
    const auto* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error == std::errc() && end == last) return number;
    return Unsupported();
}

std::string_view comment_on(std::string_view key, std::span<const Comment> comments) {
    const auto found = std::ranges::find(comments, key, &Comment::key);
    return found == comments.end() ? std::string_view() : found->text;
}

}  // namespace

std::string environment_name(std::string_view key) {
    auto name = fmt::format("TALLY_{}", key);
    for (char& c : name) {
        if (c == '.') c = '_';
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return name;
}

Result<> apply_toml(std::span<const Key> keys, std::string_view text, std::string_view source) {
    TRY(const auto entries, read_toml(text, source));
    for (const auto& entry : entries) {
        if (auto applied = apply_entry(keys, entry); !applied) {
            const auto& reason = applied.error().context;
            return fail(Errc::malformed, fmt::format("{}:{}: {}: {}", source, entry.line, entry.key, reason));
        }
    }
    return {};
}

Result<> apply_environment(std::span<const Key> keys, const Environment& environment) {
    for (const auto& key : keys) {
        const auto name = environment_name(key.name);
        const char* text = environment(name.c_str());
        if (!text) continue;
        if (!key.assign(value_from_environment(key, text))) {
            return fail(Errc::malformed, fmt::format("{}: expected {}", name, key.expected));
        }
    }
    return {};
}

std::string render(
    std::span<const Key> keys, std::span<const Key> defaults, std::span<const Comment> comments
) {
    std::string document;
    std::string_view section;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto& key = keys[i];
        if (section_of(key.name) != section) {
            section = section_of(key.name);
            document += fmt::format("\n[{}]\n", section);
        }
        const auto value = key.literal();
        const auto initial = defaults[i].literal();
        document += fmt::format("# {}\n", comment_on(key.name, comments));
        document += fmt::format("{} = {}", std::string_view(key.name).substr(section.size() + 1), value);
        document += value == initial ? "\n" : fmt::format("  # default: {}\n", initial);
    }
    return document;
}

}  // namespace tally::config
