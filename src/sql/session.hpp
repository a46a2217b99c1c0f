// One connection inside a transaction: rows are described structs, columns are named after their members.
#pragma once

#include "sql/value.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace soci {
class session;
}

namespace tally::sql {

/// A value for the placeholder ":name" of a statement.
struct Parameter {
    std::string name;
    Value value;

    template <class T>
    Parameter(std::string_view placeholder, const T& from)
        : name(placeholder),
          value(Column<T>::store(from)) {}

    Parameter(std::string_view placeholder, const char* text) : name(placeholder), value(text) {}
};

using Parameters = std::vector<Parameter>;
/// A row's columns by name.
using Row = std::vector<std::pair<std::string, Value>>;

/// Every member throws Unavailable when the statement fails.
class Session {
public:
    explicit Session(soci::session& session) : session_(session) {}

    void execute(const std::string& statement_text, const Parameters& parameters = {});

    std::vector<Row> rows(const std::string& query, const Parameters& parameters = {});

    template <class T>
    std::vector<T> query(const std::string& query, const Parameters& parameters = {}) {
        std::vector<T> found;
        for (const auto& row : rows(query, parameters))
            found.push_back(from_row<T>(row));
        return found;
    }

    /// The first row, if any.
    template <class T>
    std::optional<T> find(const std::string& query, const Parameters& parameters = {}) {
        const auto found = rows(query, parameters);
        if (found.empty()) return std::nullopt;
        return from_row<T>(found.front());
    }

    template <class T>
    void insert(std::string_view table, const T& row) {
        insert_row(table, to_parameters(row));
    }

    /// Writes every column of the row that has this row's `id`.
    template <class T>
    void update(std::string_view table, const T& row) {
        update_row(table, to_parameters(row));
    }

    /// Does `work` at the end of this transaction, after everything that its use case writes. Rows that all
    /// transactions share are locked there last, and for a moment.
    void defer(std::function<void(Session&)> work) { deferred_.push_back(std::move(work)); }

    /// For Database, before it commits. True when there was deferred work.
    bool finish();

private:
    template <class T>
    using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

    void insert_row(std::string_view table, const Parameters& columns);
    void update_row(std::string_view table, const Parameters& columns);
    static const Value& column(const Row& row, std::string_view name);

    template <class T>
    static Parameters to_parameters(const T& row) {
        Parameters columns;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            columns.emplace_back(member.name, row.*member.pointer);
        });
        return columns;
    }

    template <class T>
    static T from_row(const Row& row) {
        T out;
        boost::mp11::mp_for_each<Members<T>>([&](auto member) {
            auto& to = out.*member.pointer;
            to = Column<std::remove_cvref_t<decltype(to)>>::load(column(row, member.name));
        });
        return out;
    }

    soci::session& session_;
    std::vector<std::function<void(Session&)>> deferred_;
};

}  // namespace tally::sql
