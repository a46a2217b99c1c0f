#include "analytics/store/lists.hpp"

#include <fmt/format.h>

#include <charconv>

namespace tally::analytics {

namespace {

template <class T, class Print>
std::string joined(const std::vector<T>& list, Print print) {
    std::string text;
    for (const auto& element : list) {
        if (!text.empty()) text += ' ';
        print(text, element);
    }
    return text;
}

/// Takes one number and the character after it.
bool take(std::string_view& text, std::int64_t& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.empty()) text.remove_prefix(1);
    return true;
}

}  // namespace

/// The code comes last, and its spaces are escaped: it is whatever a player says.
std::string to_text(const std::vector<ErrorFacts>& errors) {
    return joined(errors, [](std::string& text, const ErrorFacts& error) {
        text += fmt::format("{}:{}:", error.count, error.fatal ? 1 : 0);
        for (const char letter : error.code) {
            if (letter == ' ' || letter == '%')
                text += fmt::format("%{:02x}", letter);
            else
                text += letter;
        }
    });
}

std::string to_text(const std::vector<RenditionFacts>& renditions) {
    return joined(renditions, [](std::string& text, const RenditionFacts& rendition) {
        fmt::format_to(std::back_inserter(text), "{}:{}", rendition.height, rendition.play_ms);
    });
}

std::string to_text(const std::vector<PlayedRun>& runs) {
    return joined(runs, [](std::string& text, const PlayedRun& run) {
        fmt::format_to(std::back_inserter(text), "{}:{}", run.from, run.to);
    });
}

std::string to_text(const std::vector<std::int64_t>& numbers) {
    return joined(numbers, [](std::string& text, std::int64_t number) {
        fmt::format_to(std::back_inserter(text), "{}", number);
    });
}

void from_text(std::string_view text, std::vector<ErrorFacts>& errors) {
    errors.clear();
    for (std::int64_t count = 0, fatal = 0; take(text, count) && take(text, fatal);) {
        const auto code = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(code.size() + 1, text.size()));
        auto& error = errors.emplace_back(std::string(), fatal != 0, count);
        for (std::size_t i = 0; i < code.size(); ++i) {
            char letter = code[i];
            if (letter == '%' && i + 2 < code.size()) {
                if (code.substr(i + 1, 2) == "20") letter = ' ';
                i += 2;
            }
            error.code += letter;
        }
    }
}

void from_text(std::string_view text, std::vector<RenditionFacts>& renditions) {
    renditions.clear();
    for (RenditionFacts each; take(text, each.height) && take(text, each.play_ms);)
        renditions.push_back(each);
}

void from_text(std::string_view text, std::vector<PlayedRun>& runs) {
    runs.clear();
    for (PlayedRun each; take(text, each.from) && take(text, each.to);)
        runs.push_back(each);
}

void from_text(std::string_view text, std::vector<std::int64_t>& numbers) {
    numbers.clear();
    for (std::int64_t each = 0; take(text, each);)
        numbers.push_back(each);
}

}  // namespace tally::analytics
