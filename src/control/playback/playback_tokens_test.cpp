#include "control/playback/playback_tokens.hpp"

#include "control/jwt.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

struct Tokens {
    std::string code(
        std::string_view token,
        std::string_view peer = "203.0.113.7",
        std::vector<std::string_view> of = {"ch_001"}
    ) const {
        const auto checked = tokens.check(token, peer, of);
        return checked ? "" : checked.error().code;
    }

    ManualClock clock;
    Secret secret{"a secret for tests"};
    PlaybackTokens tokens{secret, clock};
};

TEST_CASE_FIXTURE(Tokens, "a token opens its channel or broadcast until it expires") {
    const auto token = tokens.sign({.subject = "ch_001", .lifetime = std::chrono::hours(1)});
    CHECK(
        token.expires_at ==
        Time(std::chrono::floor<std::chrono::seconds>(clock.now())) + std::chrono::hours(1)
    );
    CHECK(code(token.text).empty());
    CHECK(code(token.text, "", {"bc_1", "ch_001"}).empty());
    CHECK(code(token.text, "", {"bc_1", "ch_002"}) == "token_not_for_this");
    clock.advance(std::chrono::minutes(59));
    CHECK(code(token.text).empty());
    clock.advance(std::chrono::minutes(1));
    CHECK(code(token.text) == "token_expired");
}

TEST_CASE_FIXTURE(Tokens, "what a token declares of its viewer is told while the token is good") {
    const DeclaredViewer viewer{.age_band = "18-24", .gender = "female", .language = "hi"};
    const auto token = tokens.sign({.subject = "ch_001", .viewer = viewer}).text;
    CHECK(tokens.viewer_of(token, "203.0.113.7", {"ch_001"}) == viewer);
    CHECK(tokens.viewer_of(token, "203.0.113.7", {"ch_002"}) == DeclaredViewer());
    CHECK(tokens.viewer_of("forged", "203.0.113.7", {"ch_001"}) == DeclaredViewer());
    CHECK(tokens.viewer_of(tokens.sign({.subject = "ch_001"}).text, "", {"ch_001"}) == DeclaredViewer());
    clock.advance(std::chrono::hours(4));
    CHECK(tokens.viewer_of(token, "203.0.113.7", {"ch_001"}) == DeclaredViewer());
}

TEST_CASE_FIXTURE(Tokens, "a token of another secret, or changed in any letter, opens nothing") {
    CHECK(code("") == "token_required");
    const auto token = tokens.sign({.subject = "ch_001"}).text;
    CHECK(code(PlaybackTokens(Secret("another"), clock).sign({.subject = "ch_001"}).text) == "token_invalid");
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK(!code(changed).empty());
        CHECK(!code(token.substr(0, i)).empty());
    }
}

TEST_CASE_FIXTURE(Tokens, "a token that names no algorithm, or another, is none") {
    const auto token = tokens.sign({.subject = "ch_001"}).text;
    const auto claims = token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1);
    for (const auto* algorithm : {"none", "None", "HS512", "ES256"}) {
        const auto header = fmt::format(R"({{"alg":"{}","typ":"JWT","kid":"1"}})", algorithm);
        CHECK(code(to_base64url(bytes_of(header)) + "." + claims + ".") == "token_invalid");
    }
    CHECK(code("a.b.c") == "token_invalid");
    CHECK(code(std::string(5000, 'a')) == "token_invalid");
}

TEST_CASE_FIXTURE(Tokens, "keys change daily, and one is given up once no token of its day can be valid") {
    const auto kid = [](const std::string& token) {
        return *from_base64url(token.substr(0, token.find('.')));
    };
    const auto today = tokens.sign({.subject = "ch_001", .lifetime = PlaybackTokens::most}).text;
    clock.advance(std::chrono::days(1));
    CHECK(kid(tokens.sign({.subject = "ch_001"}).text) != kid(today));
    CHECK(code(today).empty());
    clock.advance(std::chrono::days(5));
    CHECK(code(today).empty());
    clock.advance(std::chrono::days(3));
    CHECK(code(today) == "token_invalid");
}

TEST_CASE_FIXTURE(Tokens, "a token may be bound to an address or a network") {
    const auto bound = tokens.sign({.subject = "ch_001", .addresses = "203.0.113.0/24"}).text;
    CHECK(code(bound, "203.0.113.200").empty());
    CHECK(code(bound, "::ffff:203.0.113.200").empty());
    CHECK(code(bound, "203.0.114.1") == "token_not_for_this");
    CHECK(code(bound, "2001:db8::1") == "token_not_for_this");
    CHECK(code(bound, "") == "token_not_for_this");
    const auto v6 = tokens.sign({.subject = "ch_001", .addresses = "2001:db8::/32"}).text;
    CHECK(code(v6, "2001:db8:1::1").empty());
    CHECK(code(v6, "203.0.113.7") == "token_not_for_this");
    const auto host = tokens.sign({.subject = "ch_001", .addresses = "203.0.113.7"}).text;
    CHECK(code(host, "203.0.113.7").empty());
    CHECK(code(host, "203.0.113.8") == "token_not_for_this");
    CHECK(is_address_prefix("10.0.0.0/8"));
    CHECK(is_address_prefix("::1"));
    CHECK(!is_address_prefix("10.0.0.0/33"));
    CHECK(!is_address_prefix("example.com"));
}

}  // namespace
}  // namespace tally::control
