#include "json/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace tally::json {

namespace {

constexpr std::size_t max_depth = 32;

struct Printer {
    std::string out{};

    void operator()(std::nullptr_t) { out += "null"; }

    void operator()(bool flag) { out += flag ? "true" : "false"; }

    void operator()(std::int64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); }

    void operator()(std::uint64_t number) { fmt::format_to(std::back_inserter(out), "{}", number); }

    void operator()(double number) {
        if (std::isfinite(number))
            fmt::format_to(std::back_inserter(out), "{}", number);
        else
            out += "null";
    }

    void operator()(const boost::json::string& text) { out += boost::json::serialize(text); }

    void operator()(const array& items) {
        out += '[';
        for (const auto& item : items) {
            if (&item != items.begin()) out += ',';
            boost::json::visit(*this, item);
        }
        out += ']';
    }

    void operator()(const object& members) {
        out += '{';
        for (const auto& member : members) {
            if (&member != members.begin()) out += ',';
            out += boost::json::serialize(member.key());
            out += ':';
            boost::json::visit(*this, member.value());
        }
        out += '}';
    }
};

}  // namespace

Decoded<value> parse(std::string_view text) {
    boost::json::stream_parser parser({}, {.max_depth = max_depth});
    boost::system::error_code error;
    const std::size_t read = parser.write_some(text, error);
    if (!error && read < text.size()) error = boost::json::error::extra_data;
    if (!error) parser.finish(error);
    if (error)
        return detail::invalid("malformed", fmt::format("is not JSON: {} at byte {}", error.message(), read));
    return parser.release();
}

std::string print(const value& document) {
    Printer printer;
    boost::json::visit(printer, document);
    return std::move(printer.out);
}

}  // namespace tally::json
