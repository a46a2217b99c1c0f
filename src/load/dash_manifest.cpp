#include "load/dash_manifest.hpp"

#include "load/xml_reader.hpp"

#include <boost/algorithm/string/replace.hpp>

#include <charconv>
#include <cmath>

namespace tally::load {
namespace {

constexpr std::size_t most_representations = 64;
constexpr std::size_t most_segments = 10'000;     // of one representation
constexpr std::size_t most_in_manifest = 50'000;  // of all
constexpr std::size_t longest_id = 256;
constexpr std::size_t longest_template = 1024;
constexpr std::size_t longest_address = 2048;
constexpr double longest_segment = 3600;
constexpr double longest_duration = 1e9;

template <class Number>
Number number(std::string_view text, Number otherwise = {}) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() ? value : otherwise;
}

/// Seconds of "PT1H2M3.5S"; days and longer are not in manifests of live streams.
double duration(std::string_view text) {
    if (!text.starts_with("PT")) return 0;
    text.remove_prefix(2);
    double seconds = 0;
    while (!text.empty()) {
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end == text.data() + text.size()) return 0;
        const char unit = *end;
        if (unit == 'H') value *= 3600;
        if (unit == 'M') value *= 60;
        seconds += value;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    }
    return seconds >= 0 && seconds <= longest_duration ? seconds : 0;
}

Milliseconds milliseconds(double seconds) {
    return Milliseconds(std::llround(seconds * 1000));
}

std::unexpected<Error> too_large() {
    return fail(Errc::malformed, "manifest: too large");
}

/// What a SegmentTemplate says.
struct Template {
    std::string initialization;
    std::string media;
    double timescale = 1;
    std::uint64_t offset = 0;  // media time at the start of the period
    std::uint64_t next_number = 1;
    std::uint64_t next_time = 0;
};

class ManifestReader {
public:
    Result<DashManifest> read(std::string_view text) {
        XmlReader reader(text);
        bool is_manifest = false;
        while (const auto tag = reader.next()) {
            is_manifest = is_manifest || tag->name == "MPD";
            if (!is_manifest) break;
            if (tag->closes) {
                close(tag->name);
                continue;
            }
            if (auto opened = open(*tag, reader); !opened) return std::unexpected(opened.error());
        }
        if (!is_manifest) return fail(Errc::malformed, "manifest: no MPD");
        return finish();
    }

private:
    void close(std::string_view name) {
        if (name == "Representation") representation_ = nullptr;
    }

    Result<> open(const XmlTag& tag, const XmlReader& reader) {
        if (tag.name == "MPD") {
            read_root(tag);
        } else if (tag.name == "Location" && manifest_.location.empty()) {
            manifest_.location = reader.text();
        } else if (tag.name == "BaseURL" && manifest_.base.empty()) {
            manifest_.base = reader.text();
        } else if (tag.name == "Period") {
            period_start_ = duration(tag.attribute("start"));
        } else if (tag.name == "AdaptationSet") {
            is_audio_ =
                tag.attribute("contentType") == "audio" || tag.attribute("mimeType").starts_with("audio");
        } else if (tag.name == "Representation") {
            return open_representation(tag);
        } else if (tag.name == "SegmentTemplate") {
            return read_template(tag);
        } else if (tag.name == "S") {
            return read_segments(tag);
        }
        return {};
    }

    void read_root(const XmlTag& tag) {
        manifest_.ended = tag.attribute("type") != "dynamic";
        available_ = parse_rfc3339(tag.attribute("availabilityStartTime"));
        manifest_.delay = duration(tag.attribute("suggestedPresentationDelay"));
        const auto update = duration(tag.attribute("minimumUpdatePeriod"));
        constexpr double least_update = 0.5;
        if (update > 0) manifest_.update_every = milliseconds(std::max(update, least_update));
    }

    Result<> open_representation(const XmlTag& tag) {
        auto& list = is_audio_ ? manifest_.audio : manifest_.video;
        const auto id = tag.attribute("id");
        auto found = std::ranges::find(list, id, [](const auto& each) { return each.variant.uri; });
        if (found == list.end()) {
            if (list.size() == most_representations || id.size() > longest_id) return too_large();
            found = list.insert(found, DashRepresentation());
            found->variant = {
                .uri = id,
                .bandwidth = number<std::uint64_t>(tag.attribute("bandwidth")),
                .height = number<std::uint32_t>(tag.attribute("height")),
            };
        }
        representation_ = &*found;
        return {};
    }

    Result<> read_template(const XmlTag& tag) {
        template_ = {
            .initialization = tag.attribute("initialization"),
            .media = tag.attribute("media"),
            .timescale = std::max(number<double>(tag.attribute("timescale"), 1), 1.0),
            .offset = number<std::uint64_t>(tag.attribute("presentationTimeOffset")),
            .next_number = number<std::uint64_t>(tag.attribute("startNumber"), 1),
            .next_time = 0,
        };
        if (std::max(template_.initialization.size(), template_.media.size()) > longest_template)
            return too_large();
        if (representation_ != nullptr)
            representation_->media.map_uri = fill(template_.initialization, *representation_);
        return {};
    }

    /// One S: a run of segments of one duration.
    Result<> read_segments(const XmlTag& tag) {
        if (representation_ == nullptr)
            return fail(Errc::unsupported, "manifest: segments of no representation");
        if (const auto time = tag.attribute("t"); !time.empty())
            template_.next_time = number<std::uint64_t>(time);
        const auto length = number<std::uint64_t>(tag.attribute("d"));
        const auto seconds = static_cast<double>(length) / template_.timescale;
        if (!(seconds > 0 && seconds <= longest_segment))
            return fail(Errc::malformed, "manifest: a segment without a usable duration");
        const auto repeat = number<std::uint64_t>(tag.attribute("r"));
        auto& media = representation_->media;
        for (std::uint64_t i = 0; i <= repeat; ++i) {
            media.segments.push_back(segment(seconds));
            const bool fits = media.segments.size() <= most_segments && ++listed_ <= most_in_manifest;
            if (!fits || media.segments.back().uri.size() > longest_address) return too_large();
            media.target_duration = std::max({media.target_duration, std::ceil(seconds), 1.0});
            ++template_.next_number;
            template_.next_time += length;
        }
        return {};
    }

    Segment segment(double seconds) const {
        Segment segment;
        segment.number = template_.next_number;
        segment.uri = fill(template_.media, *representation_);
        segment.duration = seconds;
        const auto ticks = static_cast<double>(template_.next_time) - static_cast<double>(template_.offset);
        const auto since_start = period_start_ + ticks / template_.timescale;
        if (available_ && std::abs(since_start) <= longest_duration)
            segment.captured = *available_ + milliseconds(since_start);
        return segment;
    }

    std::string fill(std::string text, const DashRepresentation& representation) const {
        const auto put = [&](std::string_view name, const std::string& value) {
            boost::replace_all(text, name, value);
        };
        put("$RepresentationID$", representation.variant.uri);
        put("$Bandwidth$", std::to_string(representation.variant.bandwidth));
        put("$Number$", std::to_string(template_.next_number));
        put("$Time$", std::to_string(template_.next_time));
        return text;
    }

    Result<DashManifest> finish() {
        for (auto* list : {&manifest_.video, &manifest_.audio}) {
            std::erase_if(*list, [](const auto& each) { return each.media.segments.empty(); });
            std::ranges::sort(*list, {}, [](const auto& each) { return each.variant.bandwidth; });
            for (auto& each : *list)
                each.media.ended = manifest_.ended;
        }
        if (manifest_.video.empty() && manifest_.audio.empty())
            return fail(Errc::unsupported, "manifest: no segment timeline");
        return std::move(manifest_);
    }

    DashManifest manifest_;
    std::optional<Time> available_;
    double period_start_ = 0;
    bool is_audio_ = false;
    DashRepresentation* representation_ = nullptr;
    Template template_;
    std::size_t listed_ = 0;
};

}  // namespace

Result<DashManifest> parse_manifest(std::string_view text) {
    return ManifestReader().read(text);
}

}  // namespace tally::load
