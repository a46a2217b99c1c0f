#include "control/secret.hpp"

#include "sql/testing.hpp"

#include <doctest/doctest.h>

#include <fstream>

namespace tally::control {
namespace {

TEST_CASE("the secret is made once, for its owner's eyes alone, and read back after that") {
    const sql::TemporaryStore store;
    const auto file = store.directory() / "secret";
    const auto made = Secret::open(file);
    REQUIRE(made);
    using std::filesystem::perms;
    CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write));
    const auto read = Secret::open(file);
    REQUIRE(read);
    CHECK(made->sign("purpose", "text") == read->sign("purpose", "text"));
    CHECK(made->sign("purpose", "text") != made->sign("other", "text"));
}

TEST_CASE("a damaged or unwritable secret is one clear line") {
    const sql::TemporaryStore store;
    const auto file = store.directory() / "secret";
    std::ofstream(file) << "short";
    CHECK(Secret::open(file).error().context == file.string() + " holds no secret");
    CHECK(Secret::open("/nowhere/secret").error().context.starts_with("cannot create /nowhere/secret"));
}

TEST_CASE("digests are those of the standards") {
    // FIPS 180-2 appendix B.1, RFC 4231 test case 2.
    CHECK(to_hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(
        to_hex(hmac_sha256(bytes_of("Jefe"), "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
}

TEST_CASE("base64url of every length comes back") {
    Bytes bytes;
    for (int size = 0; size < 70; ++size) {
        CHECK(from_base64url(to_base64url(bytes)) == bytes);
        bytes.push_back(static_cast<std::uint8_t>(size * 37 + 250));
    }
    CHECK(to_base64url(bytes_of("\xfb\xff")) == "-_8");
    CHECK(!from_base64url("a+b="));
}

TEST_CASE("what is sealed is read by the same secret for the same purpose alone") {
    const Secret secret("one");
    const auto sealed = secret.seal("purpose", "sk_live_key");
    CHECK(sealed != secret.seal("purpose", "sk_live_key"));
    CHECK(sealed.find("sk_live") == std::string::npos);
    CHECK(secret.unseal("purpose", sealed) == "sk_live_key");
    CHECK(secret.unseal("purpose", secret.seal("purpose", "")) == "");
    CHECK(!secret.unseal("another", sealed));
    CHECK(!Secret("two").unseal("purpose", sealed));
    auto changed = sealed;
    changed[20] = changed[20] == 'A' ? 'B' : 'A';
    CHECK(!secret.unseal("purpose", changed));
    for (const auto* garbage : {"", "AAAA", "no base64"})
        CHECK(!secret.unseal("purpose", garbage));
}

}  // namespace
}  // namespace tally::control
