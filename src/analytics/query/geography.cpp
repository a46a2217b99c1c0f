#include "analytics/query/breakdowns.hpp"
#include "analytics/query/country_names.hpp"
#include "analytics/query/group.hpp"
#include "base/enum_text.hpp"

namespace tally::analytics {

namespace {

struct PlaceGroup {
    std::string country{};
    std::string region{};
    std::string city{};
    Group group{};
    Concurrency concurrency{};
};

/// The level decides what tells two places apart; a place that is not known to it has no key.
std::string key_of(const Dimensions& at, PlaceLevel level) {
    switch (level) {
        case PlaceLevel::country:
            return at.country;
        case PlaceLevel::region:
            return at.region;
        case PlaceLevel::city:
            return at.city.empty() ? "" : at.country + '\n' + at.region + '\n' + at.city;
    }
    return "";
}

/// The place with most viewers is first.
auto rank_of(const PlaceGroup* place) {
    return std::tuple(
        -static_cast<std::int64_t>(place->group.viewers.count()),
        std::string_view(place->country),
        std::string_view(place->region),
        std::string_view(place->city)
    );
}

json::object row_of(PlaceGroup& place, PlaceLevel level, std::uint64_t uniques, const Question& question) {
    json::object row{{"country", place.country}};
    if (const auto name = country_name(place.country); !name.empty()) row["name"] = name;
    if (level != PlaceLevel::country) row["region"] = place.region;
    if (level == PlaceLevel::city) row["city"] = place.city;
    place.group.print(row);
    row["share"] = ratio(place.group.viewers.count(), uniques);
    row["peakViewers"] = place.concurrency.peak(question.from(), question.to());
    return row;
}

}  // namespace

json::object geography_answer(FactReader& reader, const Question& question, PlaceLevel level) {
    Evidence evidence;
    DistinctCount uniques;
    std::unordered_map<std::string, PlaceGroup> places;
    Group unknown;
    const auto columns = question.columns(ViewColumns::place | ViewColumns::watching);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        evidence.add(view, question);
        if (!question.counts(view)) return;
        if (view.first_frame) uniques.add(viewer_of(view));
        const auto key = key_of(view.dimensions, level);
        if (key.empty()) return unknown.add(view);
        auto& place = places[key];
        if (place.country.empty()) {
            place.country = view.dimensions.country;
            place.region = view.dimensions.region;
            place.city = view.dimensions.city;
        }
        place.group.add(view);
        if (view.first_frame)
            place.concurrency.add(viewer_of(view), *view.first_frame, end_of(view, question.now));
    });
    std::vector<PlaceGroup*> shown;
    DistinctCount suppressed;
    std::int64_t cells = 0;
    for (auto& [key, place] : places) {
        if (place.group.viewers.count() >= smallest_cell) {
            shown.push_back(&place);
        } else {
            suppressed.merge(place.group.viewers);
            ++cells;
        }
    }
    std::ranges::sort(shown, {}, rank_of);
    json::array items;
    for (auto* place : shown)
        items.push_back(row_of(*place, level, uniques.count(), question));

    auto answer = envelope(question, evidence, reader.losses(question.broadcast.id), &uniques);
    answer["level"] = enum_text(level);
    answer["items"] = std::move(items);
    answer["unknown"] = {
        {"viewers", unknown.viewers.count()}, {"share", ratio(unknown.viewers.count(), uniques.count())}
    };
    answer["other"] = {{"viewers", suppressed.count()}, {"cells", cells}};
    answer["minCellSize"] = smallest_cell;
    answer["geoSource"] = "edge_lookup_truncated_ip";
    return answer;
}

}  // namespace tally::analytics
