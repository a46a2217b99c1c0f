// What was in use lately, by a keyed hash: two generations, of which the newer one stays when it is full.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <utility>

namespace tally::analytics {

/// Of one thread. Pointers hold until the next call.
template <class Value>
class Recent {
public:
    /// At most twice as many are kept.
    explicit Recent(std::size_t generation) : generation_(generation) {}

    Value* find(std::uint64_t key) {
        if (const auto found = newer_.find(key); found != newer_.end()) return &found->second;
        const auto found = older_.find(key);
        if (found == older_.end()) return nullptr;
        return &add(key, std::move(found->second));
    }

    Value& put(std::uint64_t key, Value value) {
        if (auto* known = find(key)) return *known = std::move(value);
        return add(key, std::move(value));
    }

private:
    Value& add(std::uint64_t key, Value value) {
        if (newer_.size() >= generation_) older_ = std::exchange(newer_, {});
        return newer_[key] = std::move(value);
    }

    std::size_t generation_;
    boost::unordered_flat_map<std::uint64_t, Value> newer_, older_;
};

}  // namespace tally::analytics
