#include "http/message.hpp"

#include "http/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace tally::http {
namespace {

/// The value of one hexadecimal digit; -1 when it is none.
int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

constexpr auto date_format = "%a, %d %b %Y %H:%M:%S GMT";

}  // namespace

void Headers::set(std::string_view name, std::string_view value) {
    std::erase_if(fields_, [&](const auto& field) { return equals_ignoring_case(field.first, name); });
    add(name, value);
}

std::string_view Headers::get(std::string_view name) const {
    const auto found = std::ranges::find_if(fields_, [&](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
    return found == fields_.end() ? std::string_view() : found->second;
}

std::string_view Request::parameter(std::string_view name) const {
    const auto found =
        std::ranges::find(parameters, name, [](const auto& parameter) { return parameter.first; });
    return found == parameters.end() ? std::string_view() : found->second;
}

std::optional<std::string> Request::query_parameter(std::string_view name) const {
    for (auto rest = query; !rest.empty();) {
        const auto pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const auto equals = pair.find('=');
        if (percent_decode(pair.substr(0, equals), true) != name) continue;
        return percent_decode(equals == pair.npos ? "" : pair.substr(equals + 1), true);
    }
    return std::nullopt;
}

std::string http_date(std::int64_t unix_seconds) {
    const std::time_t time = unix_seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    std::string text(29, '\0');
    std::strftime(text.data(), text.size() + 1, date_format, &parts);
    return text;
}

std::optional<std::int64_t> parse_http_date(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), date_format, &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    return timegm(&parts);
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3) return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0') return std::nullopt;
        decoded += c;
    }
    return decoded;
}

}  // namespace tally::http
