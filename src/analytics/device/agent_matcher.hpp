// Hundreds of patterns against one text: only those are tried whose literal parts the text has.
#pragma once

#include "analytics/device/agent_patterns.hpp"

#include <memory>
#include <string>
#include <vector>

namespace re2 {
class FilteredRE2;
}

namespace tally::analytics {

/// Compiled once; any thread may ask. A pattern that does not compile is a bug of the build, and left out.
class AgentMatcher {
public:
    explicit AgentMatcher(std::span<const AgentPattern> patterns);
    ~AgentMatcher();
    AgentMatcher(const AgentMatcher&) = delete;
    AgentMatcher& operator=(const AgentMatcher&) = delete;

    /// The name that the first matching pattern gives; empty when none matches. Time is linear in `text`.
    /// `lower` is `text` in lower case.
    std::string find(std::string_view text, std::string_view lower) const;

    /// How many patterns are in use.
    std::size_t size() const { return names_.size(); }

private:
    std::unique_ptr<re2::FilteredRE2> filter_;
    std::vector<std::string> atoms_;
    std::vector<std::string_view> names_;  // by the filter's number of the pattern
};

}  // namespace tally::analytics
