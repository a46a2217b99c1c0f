#include "cdn/viewer_watch.hpp"

namespace tally::cdn {
namespace {

/// Cuts a line off `rest`, without its end.
std::string_view take_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

char separator(std::string_view address) {
    return address.contains('?') ? '&' : '?';
}

void append_tag(std::string& text, std::string_view line, std::string_view query) {
    constexpr std::string_view attribute = "URI=\"";
    const auto start = line.find(attribute);
    const auto end = start == std::string_view::npos ? start : line.find('"', start + attribute.size());
    if (end == std::string_view::npos) {
        text += line;
        return;
    }
    const auto address = line.substr(start + attribute.size(), end - start - attribute.size());
    text += line.substr(0, end);
    text += separator(address);
    text += query;
    text += line.substr(end);
}

}  // namespace

std::string with_query(std::string_view playlist, std::string_view query) {
    std::string text;
    text.reserve(playlist.size() + 8 * (query.size() + 1));
    while (!playlist.empty()) {
        const auto line = take_line(playlist);
        if (line.starts_with('#')) {
            append_tag(text, line, query);
        } else {
            text += line;
            if (!line.empty()) {
                text += separator(line);
                text += query;
            }
        }
        text += '\n';
    }
    return text;
}

std::string with_location(std::string_view manifest, std::string_view query) {
    const auto root = manifest.find("<MPD");
    const auto end = root == std::string_view::npos ? root : manifest.find('>', root);
    if (end == std::string_view::npos) return std::string(manifest);
    std::string text(manifest.substr(0, end + 1));
    text += "\n  <Location>manifest.mpd?";
    for (const char letter : query) {
        if (letter == '&')
            text += "&amp;";
        else
            text += letter;
    }
    text += "</Location>";
    text += manifest.substr(end + 1);
    return text;
}

}  // namespace tally::cdn
