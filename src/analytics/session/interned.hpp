// Values that many sessions share, each held once and named by a number.
#pragma once

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace tally::analytics {

/// Number 0 is the empty value, and what further values get once `limit` is reached: bounded whatever
/// strangers send.
template <class Value>
class Interned {
public:
    explicit Interned(std::size_t limit) : limit_(limit), values_(1) { numbers_.emplace(key_of(Value{}), 0); }

    std::uint32_t number(const Value& value) {
        const auto key = key_of(value);
        if (const auto found = numbers_.find(key); found != numbers_.end()) return found->second;
        if (values_.size() >= limit_) return 0;
        values_.push_back(value);
        return numbers_[key] = static_cast<std::uint32_t>(values_.size() - 1);
    }

    const Value& operator[](std::uint32_t number) const { return values_[number]; }

private:
    /// All members, one after another.
    static std::string key_of(const Value& value) {
        std::string key;
        boost::mp11::mp_for_each<boost::describe::describe_members<Value, boost::describe::mod_public>>(
            [&](auto member) {
                const auto& part = value.*member.pointer;
                if constexpr (std::is_same_v<std::remove_cvref_t<decltype(part)>, std::string>)
                    key += part;
                else
                    key += std::to_string(static_cast<std::int64_t>(part));
                key += '\n';
            }
        );
        return key;
    }

    std::size_t limit_;
    std::vector<Value> values_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace tally::analytics
