#include "analytics/query/kept_summary.hpp"

#include "analytics/sketch/statistics.hpp"
#include "json/text.hpp"

namespace tally::analytics {

namespace {

constexpr auto compared = std::to_array<std::string_view>({
    "peakViewers",
    "averageViewers",
    "uniqueViewers",
    "averageWatchTime",
    "engagementRate",
    "bufferingRate",
});

std::optional<Summary> from_report(const Report& report) {
    const auto document = tally::json::parse(report.document);
    auto sketches = Sketches::read(report.sketches);
    if (!document || !document->is_object() || !sketches) return std::nullopt;
    return Summary{.document = document->as_object(), .sketches = *std::move(sketches)};
}

}  // namespace

Summary kept_summary(FactReader& reader, const Question& question) {
    if (question.settled() && question.common.plain())
        if (const auto report = reader.report(question.broadcast.id, summary_kind))
            if (auto summary = from_report(*report)) {
                note_late_records(summary->document, reader.losses(question.broadcast.id));
                return *std::move(summary);
            }
    return summarize(reader, question);
}

Report to_report(const Summary& summary) {
    return {
        .kind = std::string(summary_kind),
        .document = tally::json::print(summary.document),
        .sketches = summary.sketches.write(),
    };
}

json::value delta_to_median(
    FactReader& reader,
    const Summary& summary,
    const Question& question,
    const std::vector<BroadcastInfo>& others
) {
    std::map<std::string_view, std::vector<double>> values;
    for (const auto& other : others) {
        if (other.id == question.broadcast.id) continue;
        const auto report = reader.report(other.id, summary_kind);
        const auto kept = report ? from_report(*report) : std::nullopt;
        if (!kept) continue;
        for (const auto name : compared)
            values[name].push_back(kept->figure(name));
    }
    if (values.empty()) return nullptr;
    json::object deltas;
    for (const auto name : compared) {
        const double usual = median(values[name]).value_or(0);
        const double delta = summary.figure(name) - usual;
        deltas[name] = {{"value", rounded(delta)}, {"percent", average(100 * delta, usual, 2)}};
    }
    return deltas;
}

}  // namespace tally::analytics
