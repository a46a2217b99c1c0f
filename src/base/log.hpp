// One line per event: for people on a terminal, JSON otherwise. Never pass a key, token or secret.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace tally::log {

enum class Level : unsigned char { debug, info, warn, error };
enum class Format : unsigned char { automatic, text, json };

/// A named value of an event. Numbers and booleans stay bare in JSON.
struct Field {
    template <class Value>
    Field(std::string_view field_name, const Value& field_value)
        : name(field_name),
          value(fmt::format("{}", field_value)),
          bare(std::is_arithmetic_v<Value>) {}

    std::string_view name;
    std::string value;
    bool bare;
};

using Fields = std::initializer_list<Field>;

/// Until this is called, events of info and above go to standard error as text.
/// Format::automatic is text when standard error is a terminal.
void configure(Level level, Format format);

/// True when events of `level` are written: asked before costly fields are made.
bool enabled(Level level);

void write(Level level, std::string_view event, Fields fields);

inline void debug(std::string_view event, Fields fields = {}) {
    write(Level::debug, event, fields);
}

inline void info(std::string_view event, Fields fields = {}) {
    write(Level::info, event, fields);
}

inline void warn(std::string_view event, Fields fields = {}) {
    write(Level::warn, event, fields);
}

inline void error(std::string_view event, Fields fields = {}) {
    write(Level::error, event, fields);
}

/// The line's text, without the time: what write() prints. Control characters in values are escaped.
std::string render(Level level, Format format, std::string_view event, Fields fields);

}  // namespace tally::log
