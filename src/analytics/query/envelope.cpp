#include "analytics/query/envelope.hpp"

namespace tally::analytics {

namespace {

std::string_view state_of(const Question& question, const Evidence& evidence) {
    if (evidence.views == 0 && evidence.invalid == 0) return "no_data";
    if (!question.broadcast.ended) return "live";
    return question.settled() ? "final" : "settling";
}

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

}  // namespace

void Evidence::add(const SessionFacts& view, const Question& question) {
    if (!question.concerns(view) || view.exit == Exit::abandoned) return;
    invalid += view.validity == Validity::invalid ? 1 : 0;
    suspect += view.validity == Validity::suspect ? 1 : 0;
    if (!question.counts(view)) return;
    ++views;
    beaconed += view.beaconed ? 1 : 0;
    edge_observed += view.edge_observed ? 1 : 0;
}

json::object envelope(
    const Question& question, const Evidence& evidence, const LossFacts& losses, const DistinctCount* uniques
) {
    const bool settled = question.settled();
    std::optional<Time> finalized;
    if (settled) finalized = *question.broadcast.ended + Question::settling;
    json::object method{{"quantiles", "ddsketch-0.01"}};
    if (uniques) {
        method["uniques"] = uniques->exact() ? "exact" : "hll-p14";
        method["uniquesRse"] = uniques->error();
    }
    return {
        {"broadcastId", question.broadcast.id.text()},
        {"channelId", question.broadcast.channel.text()},
        {"status", question.broadcast.status},
        {"from", to_rfc3339(question.from())},
        {"to", to_rfc3339(question.to())},
        {"asOf", to_rfc3339(question.now)},
        {"dataState", state_of(question, evidence)},
        {"final", settled},
        {"finalizedAt", time_or_null(finalized)},
        {"coverage",
         {{"edge", evidence.views > 0 ? ratio(evidence.edge_observed, evidence.views) : 1.0},
          {"beacon", ratio(evidence.beaconed, std::max(evidence.edge_observed, evidence.beaconed))},
          {"shedBeacons", losses.shed},
          {"lateRecords", losses.late}}},
        {"filtered", {{"invalidViews", evidence.invalid}, {"suspectViews", evidence.suspect}}},
        {"method", std::move(method)},
    };
}

void note_late_records(json::object& answer, const LossFacts& losses) {
    if (auto* coverage = answer.if_contains("coverage"); coverage && coverage->is_object())
        coverage->as_object()["lateRecords"] = losses.late;
}

}  // namespace tally::analytics
