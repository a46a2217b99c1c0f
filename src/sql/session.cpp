#include "sql/session.hpp"

#include "sql/failure.hpp"

#include <fmt/format.h>
#include <soci/soci.h>

namespace tally::sql {

namespace {

void bind(soci::statement& statement, const Parameter& parameter, soci::indicator& null) {
    const auto use = [&](const auto& value) { statement.exchange(soci::use(value, parameter.name)); };
    std::visit(
        [&]<class T>(const T& value) {
            if constexpr (std::is_same_v<T, std::monostate>) {
                static const std::string nothing;
                statement.exchange(soci::use(nothing, null, parameter.name));
            } else if constexpr (std::is_same_v<T, std::int64_t>) {
                static_assert(sizeof(long long) == sizeof value);
                use(reinterpret_cast<const long long&>(value));
            } else {
                use(value);
            }
        },
        parameter.value
    );
}

Value read(const soci::row& row, std::size_t position) {
    if (row.get_indicator(position) == soci::i_null) return {};
    switch (row.get_properties(position).get_data_type()) {
        case soci::dt_integer:
            return std::int64_t{row.get<int>(position)};
        case soci::dt_long_long:
            return std::int64_t{row.get<long long>(position)};
        case soci::dt_double:
            return row.get<double>(position);
        case soci::dt_string:
            return row.get<std::string>(position);
        default:
            throw Unavailable("store: column of an unexpected type");
    }
}

Row read(const soci::row& from) {
    Row row;
    row.reserve(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        row.emplace_back(from.get_properties(i).get_name(), read(from, i));
    return row;
}

}  // namespace

void Session::execute(const std::string& statement_text, const Parameters& parameters) try {
    soci::statement statement(session_);
    soci::indicator null = soci::i_null;
    for (const auto& parameter : parameters)
        bind(statement, parameter, null);
    statement.alloc();
    statement.prepare(statement_text, soci::details::st_one_time_query);
    statement.define_and_bind();
    statement.execute(true);
} catch (const soci::soci_error& error) {
    throw Failure(error);
}

std::vector<Row> Session::rows(const std::string& query, const Parameters& parameters) try {
    soci::statement statement(session_);
    soci::indicator null = soci::i_null;
    for (const auto& parameter : parameters)
        bind(statement, parameter, null);
    soci::row row;
    statement.exchange(soci::into(row));
    statement.alloc();
    statement.prepare(query, soci::details::st_one_time_query);
    statement.define_and_bind();
    std::vector<Row> found;
    if (!statement.execute(true)) return found;
    do
        found.push_back(read(row));
    while (statement.fetch());
    return found;
} catch (const soci::soci_error& error) {
    throw Failure(error);
}

bool Session::finish() {
    const bool any = !deferred_.empty();
    while (!deferred_.empty()) {
        const auto work = std::exchange(deferred_, {});
        for (const auto& each : work)
            each(*this);
    }
    return any;
}

void Session::insert_row(std::string_view table, const Parameters& columns) {
    std::string names;
    std::string values;
    for (const auto& column : columns) {
        const std::string_view separator = names.empty() ? "" : ", ";
        names.append(separator).append(column.name);
        values.append(separator).append(":").append(column.name);
    }
    execute(fmt::format("insert into {} ({}) values ({})", table, names, values), columns);
}

void Session::update_row(std::string_view table, const Parameters& columns) {
    std::string changes;
    for (const auto& column : columns)
        changes += fmt::format("{}{} = :{}", changes.empty() ? "" : ", ", column.name, column.name);
    execute(fmt::format("update {} set {} where id = :id", table, changes), columns);
}

const Value& Session::column(const Row& row, std::string_view name) {
    const auto found = std::ranges::find(row, name, &Row::value_type::first);
    if (found == row.end()) throw Unavailable(fmt::format("store: no column {}", name));
    return found->second;
}

}  // namespace tally::sql
