#include "analytics/query/breakdowns.hpp"
#include "analytics/query/group.hpp"

namespace tally::analytics {

namespace {

/// Distinct viewers by what they declared.
class Declared {
public:
    void add(const std::string& value, std::uint64_t viewer) {
        if (!value.empty()) viewers_[value].add(viewer);
    }

    json::array rows(std::string_view key, std::uint64_t declared, std::int64_t& suppressed) const {
        json::array out;
        for (const auto& [value, viewers] : viewers_) {
            const auto count = viewers.count();
            if (count < smallest_cell) {
                ++suppressed;
                continue;
            }
            out.push_back({{key, value}, {"viewers", count}, {"share", ratio(count, declared)}});
        }
        return out;
    }

private:
    std::map<std::string, DistinctCount> viewers_;  // by name: ages come in order
};

}  // namespace

json::object demographics_answer(FactReader& reader, const Question& question) {
    Evidence evidence;
    DistinctCount uniques;
    DistinctCount declaring;
    Declared ages;
    Declared genders;
    Declared languages;
    const auto columns = question.columns(ViewColumns::place);
    reader.sessions(question.broadcast.id, columns, [&](const SessionFacts& view) {
        evidence.add(view, question);
        if (!question.counts(view) || !view.first_frame) return;
        const auto viewer = viewer_of(view);
        uniques.add(viewer);
        if (view.claims == Claims{}) return;
        declaring.add(viewer);
        ages.add(view.claims.age_band, viewer);
        genders.add(view.claims.gender, viewer);
        languages.add(view.claims.language, viewer);
    });
    const auto declared = declaring.count();
    const auto all = uniques.count();
    std::int64_t suppressed = 0;
    auto answer = envelope(question, evidence, reader.losses(question.broadcast.id), &uniques);
    answer["source"] = "declared_claims";
    answer["consentRequired"] = true;
    answer["declaredViewers"] = declared;
    answer["unknownViewers"] = all - std::min(declared, all);
    answer["dataCoverage"] = answer["coverage"];
    answer["coverage"] = ratio(declared, all);
    answer["age"] = ages.rows("band", declared, suppressed);
    answer["gender"] = genders.rows("value", declared, suppressed);
    answer["language"] = languages.rows("value", declared, suppressed);
    answer["minCellSize"] = smallest_cell;
    answer["suppressedCells"] = suppressed;
    return answer;
}

}  // namespace tally::analytics
