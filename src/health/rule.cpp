#include "health/rule.hpp"

#include <algorithm>
#include <vector>

namespace tally::health {

std::span<const Rule> rules() {
    static const auto all = [] {
        std::vector<Rule> joined;
        for (const auto part :
             {ingest_rules(),
              picture_rules(),
              content_rules(),
              format_rules(),
              delivery_rules(),
              audience_rules()})
            joined.insert(joined.end(), part.begin(), part.end());
        return joined;
    }();
    return all;
}

const Rule* find_rule(std::string_view code) {
    const auto all = rules();
    const auto found = std::ranges::find(all, code, &Rule::code);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace tally::health
