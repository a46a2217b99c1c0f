#include "analytics/store/rows.hpp"

#include <fmt/format.h>

namespace tally::analytics {

std::string counter_columns(std::string_view each) {
    std::string columns;
    boost::mp11::mp_for_each<boost::describe::describe_members<Counters, boost::describe::mod_public>>(
        [&](auto member) {
            if (!columns.empty()) columns += ", ";
            columns += fmt::format(fmt::runtime(each), member.name);
        }
    );
    return columns;
}

std::string view_columns(ViewColumns columns) {
    std::vector<std::string_view> names;
    if (has(columns, ViewColumns::place)) names.emplace_back("profile");
    for_each_view_column(columns, [&](std::string_view name, auto) { names.push_back(name); });
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace tally::analytics
