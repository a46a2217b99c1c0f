// GET /api/analytics/broadcasts/{id}: the numbers of a broadcast on one page.
#pragma once

#include "analytics/query/envelope.hpp"

namespace tally::analytics {

/// What cannot be added up over broadcasts, but merged.
struct Sketches {
    DistinctCount viewers{};
    Quantiles startup_ms{};

    void merge(const Sketches& other);
    Bytes write() const;
    static Result<Sketches> read(ByteView bytes);
};

struct Summary {
    json::object document{};
    Sketches sketches{};

    const json::object& figures() const { return document.at("summary").as_object(); }

    /// Zero when it is not known.
    double figure(std::string_view name) const;
};

Summary summarize(FactReader& reader, const Question& question);

}  // namespace tally::analytics
