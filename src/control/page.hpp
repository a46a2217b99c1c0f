// Lists read page by page, stable while rows are added: a page goes on from a position, not from a number.
#pragma once

#include "sql/session.hpp"

#include <string>
#include <vector>

namespace tally::control {

/// A row's place in a list.
struct Position {
    Time at;
    std::string id;
};

struct PageRequest {
    std::size_t limit = 50;
    bool newest_first = true;
    std::optional<Position> after{};
};

template <class T>
struct Page {
    std::vector<T> items;
    std::optional<Position> next;  // empty on the last page
};

/// A filtered query of one table, gathered condition by condition.
class Selection {
public:
    /// `time_column` sorts the list, the id breaks ties. A column or an expression over columns.
    Selection(std::string_view table, std::string_view time_column)
        : table_(table),
          time_column_(time_column) {}

    /// `condition` names the parameters of `parameters` as ":name".
    void where(std::string_view condition, const sql::Parameters& parameters);

    /// `time_of(item)` is what `time_column` holds.
    template <class T, class TimeOf>
    Page<T> page(sql::Session& session, const PageRequest& request, TimeOf time_of) const {
        Page<T> page;
        auto [query, parameters] = statement(request);
        page.items = session.query<T>(query, parameters);
        if (page.items.size() <= request.limit) return page;
        page.items.pop_back();  // one more was asked for, to know whether there is more
        page.next = Position{time_of(page.items.back()), page.items.back().id.text()};
        return page;
    }

private:
    std::pair<std::string, sql::Parameters> statement(const PageRequest& request) const;

    std::string table_;
    std::string time_column_;
    std::string conditions_;
    sql::Parameters parameters_;
};

}  // namespace tally::control
