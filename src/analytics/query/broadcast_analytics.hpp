// Everything asked about one broadcast: from its report once it is final, from the store before.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/fact_store.hpp"
#include "analytics/query/answer_cache.hpp"
#include "analytics/query/summary.hpp"

namespace tally::analytics {

/// 503 "analytics_unavailable": the store or the control plane is away.
http::Problem unavailable(const Error& error);
http::Problem not_found(std::string_view kind, std::string_view id);

/// An answer about a broadcast. Blocks, on a thread of the store.
using BroadcastAnswer = std::function<json::object(FactReader&, const Question&)>;

/// The answers that are kept as reports, by kind, with default parameters.
std::span<const std::pair<std::string_view, BroadcastAnswer>> kept_answers();

class BroadcastAnalytics {
public:
    /// `live` may be null: then nothing is in memory that is not in the store.
    BroadcastAnalytics(FactArchive& archive, Broadcasts& broadcasts, LiveFacts* live, const Clock& clock)
        : archive_(archive),
          broadcasts_(broadcasts),
          live_(live),
          clock_(clock),
          cache_(clock) {}

    /// `key` tells answers of the same broadcast apart. `kept`: the kind of report that this answer equals,
    /// if any.
    Async<Outcome<SharedText>> ask(
        BroadcastId id, CommonParameters common, std::string key, std::string_view kept, BroadcastAnswer make
    );

    /// The summary with how it compares to the channel's other broadcasts.
    Async<Outcome<SharedText>> summary(BroadcastId id, CommonParameters common, std::string key);

    /// The two halves of ask(): for answers whose parameters depend on the broadcast.
    Async<Outcome<Question>> question(BroadcastId id, CommonParameters common);
    Async<Outcome<SharedText>> answer(
        Question question, std::string key, std::string_view kept, BroadcastAnswer make
    );

private:
    FactArchive& archive_;
    Broadcasts& broadcasts_;
    LiveFacts* live_;
    const Clock& clock_;
    AnswerCache cache_;
};

}  // namespace tally::analytics
