// One line per request, once it is answered.
#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "http/answer.hpp"

namespace tally::http {

/// For the whole program; empty: no lines. Until this is called they are written at debug.
void configure_access_log(std::optional<log::Level> chosen);

/// Asked when a request has arrived: the time then, or nothing when its line would not be written.
std::optional<Instant> begin_access_line();
void write_access_line(Instant begun, const Request& request, const Answer& answer);

}  // namespace tally::http
