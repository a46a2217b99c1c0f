#include "analytics/facts.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>

#include <charconv>

namespace tally::analytics {
namespace {

using CounterMembers = boost::describe::describe_members<Counters, boost::describe::mod_public>;

}  // namespace

std::string key_text(std::uint64_t key) {
    return fmt::format("{:016x}", key);
}

std::optional<std::uint64_t> parse_key(std::string_view text) {
    std::uint64_t key = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), key, 16);
    if (text.size() != 16 || error != std::errc() || end != text.end()) return std::nullopt;
    return key;
}

Counters operator-(const Counters& to, const Counters& from) {
    Counters difference;
    boost::mp11::mp_for_each<CounterMembers>([&](auto member) {
        difference.*member.pointer = to.*member.pointer - from.*member.pointer;
    });
    return difference;
}

Counters& operator+=(Counters& to, const Counters& more) {
    boost::mp11::mp_for_each<CounterMembers>([&](auto member) { to.*member.pointer += more.*member.pointer; }
    );
    return to;
}

}  // namespace tally::analytics
