#include "http/accept_encoding.hpp"

#include "http/ascii.hpp"

namespace tally::http {

bool accepts_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        auto item = take_item(accept_encoding, ',');
        const auto coding = take_item(item, ';');
        // The weight is "q=0" with up to three zeros behind a point, when it refuses.
        const bool refused = item.find_first_not_of("qQ=0. \t") == item.npos && item.contains('0');
        if (equals_ignoring_case(coding, "gzip") || equals_ignoring_case(coding, "x-gzip")) return !refused;
        if (coding == "*") any = !refused;
    }
    return any;
}

}  // namespace tally::http
