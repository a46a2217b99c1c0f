#include "base/log.hpp"

#include "base/clock.hpp"
#include "base/secrets.hpp"
#include "base/utf8.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <atomic>

namespace tally::log {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warn", "error"};

struct Settings {
    std::atomic<Level> level = Level::info;
    std::atomic<Format> format = Format::text;
};

Settings& settings() {
    static Settings instance;
    return instance;
}

spdlog::logger& sink() {
    static const auto logger = [] {
        auto made = spdlog::stderr_logger_mt("tally");
        made->set_pattern("%v");
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *logger;
}

/// JSON has no place for bytes that are no UTF-8.
void append_escaped(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const auto size = utf8_size(text);
        const char first = text[0];
        if (size == 0)
            out += "\\ufffd";
        else if (first == '"' || first == '\\')
            out += {'\\', first};
        else if (static_cast<unsigned char>(first) < 0x20)
            out += fmt::format("\\u{:04x}", first);
        else
            out += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

bool needs_quotes(const Field& field) {
    return !field.bare && field.value.find_first_of(" \"\\=\n\r\t") != std::string::npos;
}

void append_text(std::string& out, Level level, std::string_view event, Fields fields) {
    out += fmt::format("{:<5} {}", level_names[static_cast<std::size_t>(level)], event);
    for (const auto& field : fields) {
        out += fmt::format("  {}=", field.name);
        const auto value = mask_secrets(field.value);
        if (needs_quotes(field))
            append_quoted(out, value);
        else
            append_escaped(out, value);
    }
}

void append_json(std::string& out, Level level, std::string_view event, Fields fields) {
    out += fmt::format(R"("level":"{}","event":)", level_names[static_cast<std::size_t>(level)]);
    append_quoted(out, event);
    for (const auto& field : fields) {
        out += fmt::format(R"(,"{}":)", field.name);
        if (field.bare)
            out += field.value;
        else
            append_quoted(out, mask_secrets(field.value));
    }
    out += '}';
}

}  // namespace

void configure(Level level, Format format) {
    if (format == Format::automatic) format = isatty(STDERR_FILENO) == 1 ? Format::text : Format::json;
    settings().level = level;
    settings().format = format;
}

std::string render(Level level, Format format, std::string_view event, Fields fields) {
    std::string line;
    if (format == Format::json)
        append_json(line, level, event, fields);
    else
        append_text(line, level, event, fields);
    return line;
}

bool enabled(Level level) {
    return level >= settings().level.load();
}

void write(Level level, std::string_view event, Fields fields) {
    if (!enabled(level)) return;
    const auto format = settings().format.load();
    const auto now = to_rfc3339(system_clock().now());
    const auto line = render(level, format, event, fields);
    sink().info(
        format == Format::json ? fmt::format(R"({{"time":"{}",{})", now, line)
                               : fmt::format("{} {}", now.substr(11, 12), line)
    );
}

}  // namespace tally::log
