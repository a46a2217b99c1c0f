// Conditional requests (RFC 9110 13): what the client has already.
#pragma once

#include "http/message.hpp"

namespace tally::http {

/// Answer 304: the client's If-None-Match, else its If-Modified-Since, names what would be sent.
bool is_not_modified(const Request& request, const Response& response);

/// Whether a list of tags ("*" is every one) has `tag`, by the weak comparison of RFC 9110 8.8.3.2:
/// compressed answers carry the tag of the plain one as a weak tag.
bool lists_tag(std::string_view list, std::string_view tag);

/// False when If-Range names another version than the one that would be sent: then it is sent whole.
bool range_still_applies(const Request& request, const Response& response);

}  // namespace tally::http
