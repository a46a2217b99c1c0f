// Structures and lists inside a row are JSON text columns.
#pragma once

#include "json/text.hpp"
#include "sql/value.hpp"

namespace tally::sql {

template <class T>
concept JsonColumn = json::Described<T> || json::detail::is_list<T> || std::same_as<T, json::object>;

template <JsonColumn T>
struct Column<T> {
    static Value store(const T& value) { return json::write(value); }

    static T load(const Value& value) {
        auto read = json::read<T>(stored<std::string>(value));
        if (!read) throw Unavailable("store: a JSON column is damaged: " + read.error().front().message);
        return *std::move(read);
    }
};

}  // namespace tally::sql
