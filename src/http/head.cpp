#include "http/head.hpp"

#include "http/status.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace tally::http {
namespace {

/// What every answer says: any page may read it, and all its headers (CORS). The wildcards are for requests
/// without credentials of the browser's own, which is all there are: keys and tokens are sent by the page.
constexpr std::string_view constant_headers =
    "\r\nAccess-Control-Allow-Origin: *"
    "\r\nAccess-Control-Expose-Headers: *";

/// Written once a second and thread.
const std::string& current_date() {
    thread_local std::string date;
    thread_local std::time_t second = 0;
    const auto now = std::time(nullptr);
    if (now != second) {
        date = http_date(now);
        second = now;
    }
    return date;
}

void append_number(std::string& head, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    head.append(digits.data(), end);
}

/// A line break inside a value would start another header.
void append_value(std::string& head, std::string_view value) {
    const auto start = static_cast<std::ptrdiff_t>(head.size());
    head.append(value);
    const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
    std::ranges::replace_if(head.begin() + start, head.end(), breaks, ' ');
}

}  // namespace

void write_head(std::string& head, const Answer& answer, const Request& request, Framing framing) {
    const auto& response = answer.response;
    head.assign("HTTP/1.1 ");
    append_number(head, response.status);
    head.append(" ").append(reason_phrase(response.status));
    head.append("\r\nDate: ").append(current_date());
    head.append(constant_headers);
    head.append("\r\nX-Request-Id: ").append(request.id);
    for (const auto& [name, value] : response.headers) {
        head.append("\r\n").append(name).append(": ");
        append_value(head, value);
    }
    if (answer.length) {
        head.append("\r\nContent-Length: ");
        append_number(head, *answer.length);
    }
    if (framing.chunked) head.append("\r\nTransfer-Encoding: chunked");
    if (!framing.keep_alive) head.append("\r\nConnection: close");
    head.append("\r\n\r\n");
}

}  // namespace tally::http
