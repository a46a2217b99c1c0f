// A cache bounded by what its values weigh: the least recently used leave first.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

namespace tally {

/// Safe on any thread. Values are handles: what leaves the cache lives on with those who hold it.
template <class Value>
class Lru {
public:
    explicit Lru(std::size_t capacity) : capacity_(capacity) {}

    std::optional<Value> find(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        const auto found = places_.find(key);
        if (found == places_.end()) return std::nullopt;
        entries_.splice(entries_.begin(), entries_, found->second);
        return found->second->value;
    }

    /// Replaces what was there. The newest value stays even when it alone is over the capacity.
    void put(const std::string& key, Value value, std::size_t weight) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = places_.find(key); found != places_.end()) erase(found->second);
        entries_.push_front({key, std::move(value), weight});
        places_.emplace(key, entries_.begin());
        weight_ += weight;
        while (weight_ > capacity_ && entries_.size() > 1)
            erase(std::prev(entries_.end()));
    }

    void erase(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        if (const auto found = places_.find(key); found != places_.end()) erase(found->second);
    }

private:
    struct Entry {
        std::string key;
        Value value;
        std::size_t weight = 0;
    };

    using Place = typename std::list<Entry>::iterator;

    void erase(Place place) {
        weight_ -= place->weight;
        places_.erase(place->key);
        entries_.erase(place);
    }

    std::size_t capacity_;
    std::size_t weight_ = 0;
    std::mutex mutex_;
    std::list<Entry> entries_;  // most recently used first
    std::unordered_map<std::string, Place> places_;
};

}  // namespace tally
