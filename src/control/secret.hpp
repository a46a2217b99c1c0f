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

    /// `text` as nobody reads it without the secret, in base64url; `purpose` has to be named again to open
    /// it.
    std::string seal(std::string_view purpose, std::string_view text) const;
    /// Empty when it was not sealed by this secret for this purpose, or was changed.
    std::optional<std::string> unseal(std::string_view purpose, std::string_view sealed) const;

private:
    std::string text_;
};

}  // namespace tally::control
