#include "analytics/session/audience.hpp"

#include <cmath>
#include <numeric>

namespace tally::analytics {
namespace {

const double bin_width = std::log(1.02);

}  // namespace

AudienceFigures& AudienceFigures::operator+=(const AudienceFigures& more) {
    viewers += more.viewers;
    views += more.views;
    playing += more.playing;
    rebuffering += more.rebuffering;
    paused += more.paused;
    starting += more.starting;
    suspects += more.suspects;
    joins += more.joins;
    leaves += more.leaves;
    total_views += more.total_views;
    beaconed_views += more.beaconed_views;
    edge_views += more.edge_views;
    invalid_views += more.invalid_views;
    play_ms += more.play_ms;
    rebuffer_ms += more.rebuffer_ms;
    bitrate_kbps_ms += more.bitrate_kbps_ms;
    bitrate_ms += more.bitrate_ms;
    failures += more.failures;
    early_exits += more.early_exits;
    rebuffers += more.rebuffers;
    unique_viewers += more.unique_viewers;
    unique_error = std::max(unique_error, more.unique_error);
    return *this;
}

std::uint16_t DurationBins::bin_of(std::int64_t ms) {
    const auto bin = std::lround(std::log(static_cast<double>(std::max<std::int64_t>(ms, 1))) / bin_width);
    return static_cast<std::uint16_t>(std::clamp<long>(bin + 1, 1, count - 1));
}

void DurationBins::merge(const DurationBins& other) {
    for (std::size_t i = 0; i < count; ++i)
        bins_[i] += other.bins_[i];
}

void DurationBins::subtract(const DurationBins& earlier) {
    for (std::size_t i = 0; i < count; ++i)
        bins_[i] -= earlier.bins_[i];
}

std::int64_t DurationBins::total() const {
    return std::accumulate(bins_.begin() + 1, bins_.end(), std::int64_t{0});
}

std::optional<double> DurationBins::quantile(double share) const {
    const auto wanted = share * static_cast<double>(total());
    if (wanted <= 0) return std::nullopt;
    double seen = 0;
    std::size_t bin = 0;
    while (seen < wanted)
        seen += bins_[++bin];
    return std::exp(static_cast<double>(bin - 1) * bin_width) / 1000;
}

void Audience::come(ViewerKey viewer, Facets facets, bool quiet) {
    auto& presence = present_[viewer];
    if (presence.views++ > 0) return;
    presence.facets = facets;
    count(facets, 1, quiet);
}

void Audience::go(ViewerKey viewer, bool quiet) {
    const auto found = present_.find(viewer);
    if (found == present_.end()) return;
    if (--found->second.views > 0) return;
    count(found->second.facets, -1, quiet);
    present_.erase(found);
}

void Audience::count(Facets facets, int by, bool quiet) {
    figures.viewers += by;
    if (!quiet) ++(by > 0 ? figures.joins : figures.leaves);
    by_protocol[static_cast<std::size_t>(facets.protocol)] += by;
    by_device[static_cast<std::size_t>(facets.device)] += by;
    if (facets.country[0] == 0) return;
    auto& country = countries[facets.country];
    country += by;
    if (country == 0) countries.erase(facets.country);
}

}  // namespace tally::analytics
