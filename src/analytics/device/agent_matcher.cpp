#include "analytics/device/agent_matcher.hpp"

#include "base/log.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

namespace tally::analytics {
namespace {

constexpr int shortest_atom = 3;
constexpr std::int64_t most_memory = 1 << 20;  // of one pattern

using Captures = std::array<re2::StringPiece, 4>;

/// "Firefox ($1)" with the group put in.
std::string expanded(std::string_view name, const Captures& groups) {
    if (name.empty()) return std::string(groups[1].data(), groups[1].size());
    std::string text;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const auto digit = name[i] == '$' && i + 1 < name.size() ? name[i + 1] - '0' : -1;
        if (digit < 1 || digit >= int(groups.size())) {
            text += name[i];
            continue;
        }
        const auto& group = groups.at(std::size_t(digit));
        text.append(group.data(), group.size());
        ++i;
    }
    return text;
}

}  // namespace

AgentMatcher::AgentMatcher(std::span<const AgentPattern> patterns)
    : filter_(std::make_unique<re2::FilteredRE2>(shortest_atom)) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(most_memory);
    for (const auto& pattern : patterns) {
        int number = 0;
        const re2::StringPiece regex(pattern.regex.data(), pattern.regex.size());
        if (filter_->Add(regex, options, &number) == re2::RE2::NoError)
            names_.push_back(pattern.name);
        else
            log::error("a pattern of User-Agents does not compile", {{"pattern", pattern.regex}});
    }
    filter_->Compile(&atoms_);
}

AgentMatcher::~AgentMatcher() = default;

std::string AgentMatcher::find(std::string_view text, std::string_view lower) const {
    std::vector<int> present;
    for (std::size_t i = 0; i < atoms_.size(); ++i)
        if (lower.contains(atoms_[i])) present.push_back(int(i));
    const re2::StringPiece piece(text.data(), text.size());
    const int number = filter_->FirstMatch(piece, present);
    if (number < 0) return {};
    const auto& regex = filter_->GetRE2(number);
    Captures groups;
    const int wanted = std::min(int(groups.size()), 1 + regex.NumberOfCapturingGroups());
    regex.Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, groups.data(), wanted);
    return expanded(names_.at(std::size_t(number)), groups);
}

}  // namespace tally::analytics
