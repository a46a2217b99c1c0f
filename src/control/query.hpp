// Query parameters as values, every wrong one reported at once.
#pragma once

#include "control/cursors.hpp"
#include "control/problems.hpp"
#include "http/message.hpp"
#include "json/text_form.hpp"

namespace tally::control {

class Query {
public:
    explicit Query(const http::Request& request) : request_(request) {}

    std::optional<std::string> text(std::string_view name) const { return request_.query_parameter(name); }

    /// A type with a text form: an enumeration, an id, a time.
    template <json::HasTextForm T>
    std::optional<T> value(std::string_view name) {
        const auto given = text(name);
        if (!given) return std::nullopt;
        auto parsed = json::TextForm<T>::parse(*given);
        if (!parsed) refuse(name, "must be " + json::TextForm<T>::expected());
        return parsed;
    }

    bool flag(std::string_view name, bool otherwise);
    /// `limit`, `cursor` and `order` (API section 1.1). `list` is what Cursors wants.
    PageRequest page(const Cursors& cursors, std::string_view list);

    void refuse(std::string_view name, std::string message);

    /// The problem with all that was refused, or nothing.
    Outcome<void> finish();

private:
    const http::Request& request_;
    json::FieldErrors errors_;
};

}  // namespace tally::control
