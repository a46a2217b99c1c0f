#include "analytics/query/question.hpp"

namespace tally::analytics {

Time Question::to() const {
    return std::clamp(common.to.value_or(broadcast.end(now)), broadcast.begin(), broadcast.end(now));
}

Time Question::from() const {
    auto from = common.from.value_or(broadcast.begin());
    if (common.window && !common.from) from = to() - *common.window;
    return std::clamp(from, broadcast.begin(), to());
}

bool Question::concerns(const SessionFacts& view) const {
    if (!common.filter.empty() && !common.filter.matches(view.dimensions)) return false;
    if (common.from || common.to || common.window) return view.started <= to() && end_of(view, now) >= from();
    return true;
}

bool Question::counts(const SessionFacts& view) const {
    return view.exit != Exit::abandoned && (common.all || view.validity != Validity::invalid) &&
           concerns(view);
}

}  // namespace tally::analytics
