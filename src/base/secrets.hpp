// The shapes of secrets, so that none gets into a log whoever passes it there.
#pragma once

#include <string>
#include <string_view>

namespace tally {

/// `text` with "***" for the rest of every stream key (sk_live_), API key (tk_live_), webhook secret (whsec_)
/// and signed token (a JWT).
std::string mask_secrets(std::string_view text);

}  // namespace tally
