// Who sees stream keys: the scope streams:keys, or whoever just made one.
#pragma once

#include "http/access.hpp"
#include "http/message.hpp"

namespace tally::control {

/// A key that exists already is shown for its scope alone: on an open loopback nobody has shown one.
inline bool asks_with_keys(const http::Request& request) {
    return request.caller && request.caller->may(http::Scope::streams_keys);
}

inline bool may_see_new_key(const http::Request& request) {
    return !request.caller || request.caller->may(http::Scope::streams_keys);
}

}  // namespace tally::control
