// What this build is.
#pragma once

#include <string_view>

namespace tally::app {

extern const std::string_view version;  // "0.1.0"
extern const std::string_view commit;   // of the sources, abbreviated; "unknown" outside a checkout

}  // namespace tally::app
