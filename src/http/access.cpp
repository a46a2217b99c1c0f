#include "http/access.hpp"

#include "base/enum_text.hpp"

#include <fmt/ranges.h>

namespace tally::http {

std::string scope_text(Scope scope) {
    std::string text(enum_text(scope));
    std::ranges::replace(text, '_', ':');
    return text;
}

std::string scope_texts() {
    std::string texts = fmt::format("{}", fmt::join(enum_texts<Scope>(), ", "));
    std::ranges::replace(texts, '_', ':');
    return texts;
}

bool Scopes::add(std::string_view text) {
    const auto before = text.substr(0, text.size() - (text.ends_with(":*") ? 1 : 0));
    const bool many = before.size() < text.size();
    bool known = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<Scope>>([&](auto enumerator) {
        const auto name = scope_text(enumerator.value);
        if (many ? !name.starts_with(before) : name != text) return;
        bits_ |= bit(enumerator.value);
        known = true;
    });
    return known;
}

}  // namespace tally::http
