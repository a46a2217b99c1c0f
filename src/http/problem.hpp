// Errors as the API prints them (RFC 9457), and as services return them.
#pragma once

#include "http/message.hpp"
#include "json/error.hpp"

#include <boost/json/object.hpp>

#include <expected>
#include <string>

namespace tally::http {

struct Problem {
    unsigned status = 500;
    std::string code;             // the stable contract: "channel_not_found"
    std::string detail;           // one sentence for people
    boost::json::object extra{};  // further members: currentStatus, availableResolutions
    json::FieldErrors errors{};
    int retry_after = 0;  // seconds; 0: no Retry-After. Above 0 the problem is retryable.
};

/// What a service gives: the value, or why not.
template <class T>
using Outcome = std::expected<T, Problem>;

inline std::unexpected<Problem> problem(unsigned status, std::string code, std::string detail) {
    return std::unexpected(Problem{.status = status, .code = std::move(code), .detail = std::move(detail)});
}

/// application/problem+json with type, title, status, detail, instance, code, retryable, requestId and the
/// extras.
Response to_response(const Problem& problem, const Request& request);

}  // namespace tally::http
