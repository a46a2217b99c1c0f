// The operator's say in who watches, beside what tokens open.
#pragma once

#include "cdn/answers.hpp"
#include "cdn/live_directory.hpp"

namespace tally::cdn {

/// Declared here, answered by who asks the operator's server. Called from any network thread.
class PlayHook {
public:
    virtual ~PlayHook() = default;
    /// A refusal, or nothing. Before a first playlist, "hls", or a manifest, "dash".
    virtual Async<Outcome<void>> check(
        const Request& request, const LiveChannel& channel, std::string_view protocol
    ) = 0;
};

}  // namespace tally::cdn
