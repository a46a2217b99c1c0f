// Decides before a handler runs whether its caller may call it.
#pragma once

#include "http/access.hpp"
#include "http/problem.hpp"

namespace tally::http {

struct Admission {
    std::optional<Problem> refusal{};  // empty: the request may go on
    Headers headers{};                 // for the answer, whatever it becomes
};

/// Asked on any network thread, after routing.
class Gate {
public:
    virtual ~Gate() = default;
    /// Says in the request who its caller is.
    virtual Async<Admission> admit(Access access, Request& request) = 0;
};

}  // namespace tally::http
