#include "http/request_id.hpp"

#include "base/id.hpp"

#include <ctime>
#include <ranges>

namespace tally::http {
namespace {

constexpr std::string_view prefix = "req_";

/// The next of the ULIDs made in the same second: random bits cost a system call, adding one does not.
void count_up(std::string& id) {
    constexpr std::string_view digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (auto& place : std::views::reverse(id)) {
        const auto digit = digits.find(place);
        place = digits[(digit + 1) % digits.size()];
        if (digit + 1 < digits.size()) return;
    }
}

const std::string& next_id() {
    thread_local std::string id;
    thread_local std::time_t made = 0;
    const auto now = std::time(nullptr);
    if (now != made) {
        id.assign(prefix).append(make_ulid(system_clock().now()));
        made = now;
    } else {
        count_up(id);
    }
    return id;
}

}  // namespace

void assign_request_id(Request& request) {
    const auto given = request.header("X-Request-Id");
    if (is_identifier(given))
        request.id = given;
    else
        request.id = next_id();
}

}  // namespace tally::http
