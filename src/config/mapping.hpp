// Settings structs from TOML and from the environment, and back to TOML with a comment on every key.
#pragma once

#include "config/key.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace tally::config {

/// What a key is for: one sentence, printed above it.
struct Comment {
    std::string_view key;
    std::string_view text;
};

/// The value of an environment variable, null when it is not set: std::getenv.
using Environment = std::function<const char*(const char* name)>;

/// "server.public_host" is TALLY_SERVER_PUBLIC_HOST.
std::string environment_name(std::string_view key);

/// An unknown key or a value of the wrong type is an error with source, line and key.
Result<> apply_toml(std::span<const Key> keys, std::string_view text, std::string_view source);

/// Variables that are no key of ours are left alone: orchestrators set TALLY_* of their own.
Result<> apply_environment(std::span<const Key> keys, const Environment& environment);

/// A TOML document that reads back as `keys`; values that differ from `defaults` say so.
std::string render(
    std::span<const Key> keys, std::span<const Key> defaults, std::span<const Comment> comments
);

/// The defaults of `Settings`, overridden by the document.
template <class Settings>
Result<Settings> parse(std::string_view text, std::string_view source) {
    Settings settings;
    if (auto applied = apply_toml(keys_of(settings), text, source); !applied) {
        return std::unexpected(applied.error());
    }
    return settings;
}

}  // namespace tally::config
