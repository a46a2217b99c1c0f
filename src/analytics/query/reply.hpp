// Answers as they are sent: with a strong tag, and how often to ask.
#pragma once

#include "http/message.hpp"

namespace tally::analytics {

http::Response reply(const std::string& document, int poll_seconds);

}  // namespace tally::analytics
