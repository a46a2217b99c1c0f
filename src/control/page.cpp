#include "control/page.hpp"

#include <fmt/format.h>

namespace tally::control {

void Selection::where(std::string_view condition, const sql::Parameters& parameters) {
    conditions_ += fmt::format("{}({})", conditions_.empty() ? " where " : " and ", condition);
    parameters_.insert(parameters_.end(), parameters.begin(), parameters.end());
}

std::pair<std::string, sql::Parameters> Selection::statement(const PageRequest& request) const {
    auto selection = *this;
    if (request.after) {
        selection.where(
            fmt::format("({}, id) {} (:after, :after_id)", time_column_, request.newest_first ? "<" : ">"),
            {{"after", request.after->at}, {"after_id", request.after->id}}
        );
    }
    const std::string_view direction = request.newest_first ? "desc" : "asc";
    return {
        fmt::format(
            "select * from {}{} order by {} {}, id {} limit {}",
            table_,
            selection.conditions_,
            time_column_,
            direction,
            direction,
            request.limit + 1
        ),
        std::move(selection.parameters_),
    };
}

}  // namespace tally::control
