// A TOML document as a flat list of dotted keys: all that the settings need of the format.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tally::config {

/// A table's own header, "[server]".
struct Section {};

/// A value of a type that no setting has: float, date, an array of anything but strings.
struct Unsupported {};

using Strings = std::vector<std::string>;
using Value = std::variant<Section, Unsupported, bool, std::int64_t, std::string, Strings>;

struct Entry {
    std::string key;  // "server.bind"
    Value value;
    std::uint32_t line = 0;  // from 1
};

/// Every table and value of the document. `source` names it in errors: "tally.toml:3: ...".
Result<std::vector<Entry>> read_toml(std::string_view text, std::string_view source);

/// `text` as a TOML string literal, quotes included.
std::string string_literal(std::string_view text);

}  // namespace tally::config
