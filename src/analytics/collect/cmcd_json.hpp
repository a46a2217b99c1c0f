// CMCD records as a JSON array, for players that cannot write the text form.
#pragma once

#include "analytics/collect/cmcd.hpp"

#include <boost/json/value.hpp>

namespace tally::analytics {

/// `[{"sid":"...","br":[4000],"sta":"p"}, ...]`, or one such object. Views of the records point into
/// `document`. Errc::malformed when it is neither.
Result<std::vector<CmcdRecord>> read_cmcd(const boost::json::value& document);

}  // namespace tally::analytics
