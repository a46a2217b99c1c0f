// Counts the connections of a server, over all threads, against a bound.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace tally::rtmp {

class ConnectionLimit {
public:
    /// Held for as long as a connection lives.
    using Slot = std::shared_ptr<const void>;

    explicit ConnectionLimit(std::size_t limit) : limit_(limit) {}

    std::size_t count() const { return *count_; }

    /// Null when the server is full.
    Slot enter() {
        if (++*count_ > limit_) {
            --*count_;
            return nullptr;
        }
        return {count_.get(), [count = count_](const void*) { --*count; }};
    }

private:
    std::size_t limit_;
    std::shared_ptr<std::atomic<std::size_t>> count_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace tally::rtmp
