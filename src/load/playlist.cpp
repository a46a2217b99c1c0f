#include "load/playlist.hpp"

#include <charconv>
#include <ranges>

namespace tally::load {
namespace {

constexpr std::size_t most_variants = 64;
constexpr std::size_t most_segments = 10'000;
constexpr double longest_segment = 3600;

/// The next line without its end, taken off the front.
std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The rest of a line that starts with the tag.
std::optional<std::string_view> after(std::string_view line, std::string_view tag) {
    if (!line.starts_with(tag)) return std::nullopt;
    return line.substr(tag.size());
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    return value;
}

/// Of an attribute list: NAME=value or NAME="value"; a comma in quotes separates nothing.
std::string_view attribute(std::string_view list, std::string_view name) {
    while (!list.empty()) {
        const auto equals = list.find('=');
        if (equals == std::string_view::npos) return {};
        const auto found = list.substr(0, equals) == name;
        list.remove_prefix(equals + 1);
        const bool quoted = list.starts_with('"');
        if (quoted) list.remove_prefix(1);
        const auto end = list.find(quoted ? '"' : ',');
        if (found) return list.substr(0, end);
        const auto comma = end == std::string_view::npos ? end : list.find(',', end);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    }
    return {};
}

/// Reads a media playlist line by line; what a tag says holds for the next segment.
class MediaReader {
public:
    bool read(std::string_view line) {
        if (const auto target = after(line, "#EXT-X-TARGETDURATION:"))
            playlist_.target_duration = number<double>(*target).value_or(0);
        else if (const auto sequence = after(line, "#EXT-X-MEDIA-SEQUENCE:"))
            next_ = number<std::uint64_t>(*sequence).value_or(0);
        else if (const auto map = after(line, "#EXT-X-MAP:"))
            playlist_.map_uri = attribute(*map, "URI");
        else if (const auto time = after(line, "#EXT-X-PROGRAM-DATE-TIME:"))
            captured_ = parse_rfc3339(*time);
        else if (line == "#EXT-X-GAP")
            gap_ = true;
        else if (line == "#EXT-X-ENDLIST")
            playlist_.ended = true;
        else if (const auto duration = after(line, "#EXTINF:"))
            duration_ = number<double>(*duration);
        else if (!line.empty() && !line.starts_with('#'))
            return take_segment(line);
        return true;
    }

    Result<MediaPlaylist> take() {
        const auto target = playlist_.target_duration;
        if (!(target >= 1 && target <= longest_segment))
            return fail(Errc::malformed, "playlist: no target duration");
        return std::move(playlist_);
    }

private:
    bool take_segment(std::string_view uri) {
        if (!duration_ || !(*duration_ >= 0 && *duration_ <= longest_segment)) return false;
        if (playlist_.segments.size() == most_segments) return false;
        playlist_.segments.push_back({next_++, std::string(uri), *duration_, captured_, gap_});
        if (captured_) *captured_ += Milliseconds(static_cast<std::int64_t>(*duration_ * 1000));
        duration_.reset();
        gap_ = false;
        return true;
    }

    MediaPlaylist playlist_;
    std::uint64_t next_ = 0;
    std::optional<double> duration_;
    std::optional<Time> captured_;
    bool gap_ = false;
};

}  // namespace

Result<MasterPlaylist> parse_master(std::string_view text) {
    if (take_line(text) != "#EXTM3U") return fail(Errc::malformed, "playlist: does not start with #EXTM3U");
    MasterPlaylist master;
    std::optional<Variant> next;
    while (!text.empty() && master.variants.size() < most_variants) {
        const auto line = take_line(text);
        if (const auto stream = after(line, "#EXT-X-STREAM-INF:")) {
            const auto resolution = attribute(*stream, "RESOLUTION");
            const auto lines = resolution.substr(std::min(resolution.find('x') + 1, resolution.size()));
            next = Variant{
                .uri = {},
                .bandwidth = number<std::uint64_t>(attribute(*stream, "BANDWIDTH")).value_or(0),
                .height = number<std::uint32_t>(lines).value_or(0),
            };
        } else if (const auto media = after(line, "#EXT-X-MEDIA:")) {
            const bool audio = attribute(*media, "TYPE") == "AUDIO";
            if (audio && master.audio_uri.empty()) master.audio_uri = attribute(*media, "URI");
        } else if (next && !line.empty() && !line.starts_with('#')) {
            next->uri = line;
            master.variants.push_back(*std::exchange(next, std::nullopt));
        }
    }
    if (master.variants.empty()) return fail(Errc::malformed, "playlist: no variant");
    std::ranges::sort(master.variants, {}, &Variant::bandwidth);
    return master;
}

Result<MediaPlaylist> parse_media(std::string_view text) {
    if (take_line(text) != "#EXTM3U") return fail(Errc::malformed, "playlist: does not start with #EXTM3U");
    MediaReader reader;
    while (!text.empty())
        if (!reader.read(take_line(text)))
            return fail(Errc::malformed, "playlist: a segment without a usable duration, or too many");
    return reader.take();
}

}  // namespace tally::load
