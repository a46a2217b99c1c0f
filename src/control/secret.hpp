// The server's secret: kept in a file beside the store, so that the store alone gives away no key.
#pragma once

#include "base/result.hpp"
#include "control/crypto.hpp"

#include <filesystem>

namespace tally::control {

class Secret {
public:
    /// Reads the file, or makes it with 256 random bits and mode 0600. An error is one line with the path.
    static Result<Secret> open(const std::filesystem::path& file);

    explicit Secret(std::string text) : text_(std::move(text)) {}

    /// A keyed digest of `text`; digests of different purposes are unrelated.
    Digest sign(std::string_view purpose, std::string_view text) const;

private:
    std::string text_;
};

}  // namespace tally::control
