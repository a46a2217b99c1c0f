#include "base/secrets.hpp"

#include <algorithm>
#include <array>

namespace tally {
namespace {

/// A JWT begins with the base64url of '{"'.
constexpr std::array<std::string_view, 4> beginnings{"sk_live_", "tk_live_", "whsec_", "eyJ"};

/// base64, base64url and the dots of a JWT.
bool is_secret_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || std::string_view("-_.+/=").contains(letter);
}

struct Found {
    std::size_t at = std::string_view::npos;
    std::size_t shown = 0;
};

/// The first beginning of a secret.
Found find_secret(std::string_view text) {
    Found first;
    for (const auto beginning : beginnings) {
        const auto at = text.find(beginning);
        if (at < first.at) first = {at, beginning.size()};
    }
    return first;
}

}  // namespace

std::string mask_secrets(std::string_view text) {
    std::string masked;
    for (auto secret = find_secret(text); secret.at != std::string_view::npos; secret = find_secret(text)) {
        masked.append(text.substr(0, secret.at + secret.shown)).append("***");
        text.remove_prefix(secret.at + secret.shown);
        const auto* rest = std::ranges::find_if_not(text, is_secret_letter);
        text.remove_prefix(static_cast<std::size_t>(rest - text.begin()));
    }
    return masked.append(text);
}

}  // namespace tally
