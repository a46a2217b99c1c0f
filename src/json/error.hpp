// What is wrong with one member of a document, as the API's errors[] prints it.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace tally::json {

struct FieldError {
    std::string pointer;  // RFC 6901: "/quality/fps"; empty for the whole document
    std::string code;     // "required", "wrong_type", "invalid_value", "out_of_range", "malformed"
    std::string message;  // "must be 1..240"
};

/// Everything that is wrong is named at once.
using FieldErrors = std::vector<FieldError>;

template <class T>
using Decoded = std::expected<T, FieldErrors>;

}  // namespace tally::json
