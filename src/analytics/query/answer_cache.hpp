// Answers that many poll: computed by one of them, and shared by all for as long as they are fresh.
#pragma once

#include "base/clock.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace tally::analytics {

using SharedText = std::shared_ptr<const std::string>;

/// From any thread; compute() blocks.
class AnswerCache {
public:
    static constexpr std::size_t limit = 512;

    explicit AnswerCache(const Clock& clock) : clock_(clock) {}

    /// Null when there is no fresh one.
    SharedText find(const std::string& key);

    /// The fresh answer, or what `make` gives: run by one caller at a time for each key. `settled` answers
    /// stay fresh for a minute, others for a second, or longer when they are costly.
    SharedText get(const std::string& key, bool settled, const std::function<std::string()>& make);

private:
    struct Entry {
        std::mutex making;
        Instant fresh_until;  // under the cache's mutex, as is the text
        SharedText text;
    };

    std::shared_ptr<Entry> entry_of(const std::string& key);

    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Entry>> entries_;
};

}  // namespace tally::analytics
