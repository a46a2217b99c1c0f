// If-Match (RFC 9110 13.1.1): a change is made to the version that the client has seen, or not at all.
#pragma once

#include "control/reply.hpp"

namespace tally::control {

/// Asked inside the transaction that makes the change, with what is about to be changed.
template <class T>
using Precondition = std::function<Outcome<void>(const T& current)>;

/// `?strict=true`: nothing doubtful passes.
Outcome<bool> read_strict(const http::Request& request);

template <class T>
Outcome<void> allow_any(const T& /*current*/) {
    return {};
}

/// Empty: the client does not care. 428 when it has to, because it said strict=true.
Outcome<std::optional<std::string>> read_if_match(const http::Request& request);

/// 412 unless `if_match` names the tag that a GET of `document` has now.
Outcome<void> check_if_match(std::string_view if_match, const json::value& document);

/// `view(current)` is the document that GET answers.
template <class T, class View>
Outcome<Precondition<T>> read_precondition(const http::Request& request, View view) {
    TRY(auto if_match, read_if_match(request));
    return [if_match = std::move(if_match), view](const T& current) -> Outcome<void> {
        return if_match ? check_if_match(*if_match, view(current)) : Outcome<void>();
    };
}

}  // namespace tally::control
