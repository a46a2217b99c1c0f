// Bounds that types do not carry, gathered so that a client hears of every mistake at once.
#pragma once

#include "json/error.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

namespace tally::json {

class Checks {
public:
    void require(bool holds, std::string_view pointer, std::string_view code, std::string message) {
        if (!holds) errors_.push_back({std::string(pointer), std::string(code), std::move(message)});
    }

    template <class Number>
    void range(std::string_view pointer, Number number, Number least, Number most) {
        require(
            number >= least && number <= most,
            pointer,
            "out_of_range",
            fmt::format("must be {}..{}", least, most)
        );
    }

    /// Lengths in characters, not bytes.
    void length(std::string_view pointer, std::string_view text, std::size_t least, std::size_t most);

    FieldErrors take() { return std::move(errors_); }

private:
    FieldErrors errors_;
};

}  // namespace tally::json
