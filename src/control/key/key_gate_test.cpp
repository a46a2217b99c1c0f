#include "control/key/key_gate.hpp"

#include "control/key/api_key_service.hpp"
#include "control/testing.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

using http::Access;
using http::Scope;
using http::Subject;

/// A gate before a control plane with two channels, and what comes to it.
struct Guarded : OnAirPlane {
    Guarded() { other = wait(channels.create({.name = "Other", .slug = "other"}))->id; }

    CreatedApiKey make_key(std::vector<std::string> scopes, std::vector<std::string> limited_to = {}) {
        auto created = wait(
            keys.create({.name = "a key", .scopes = std::move(scopes), .channel_ids = std::move(limited_to)})
        );
        REQUIRE(created);
        return *std::move(created);
    }

    http::Admission knock(const std::string& authorization, Access access, http::Request request = {}) {
        request.header = [&](std::string_view name) -> std::string_view {
            return name == "Authorization" ? std::string_view(authorization) : std::string_view();
        };
        request.peer = "203.0.113.7";
        auto admission = wait(gate.admit(access, request));
        caller = request.caller;
        return admission;
    }

    /// The code of the refusal; "" when let in.
    std::string refusal(const std::string& secret, Access access, const http::Request& request = {}) {
        const auto admission = knock("Bearer " + secret, access, request);
        return admission.refusal ? admission.refusal->code : "";
    }

    static http::Request about(std::string_view id) {
        http::Request request;
        request.parameters = {{"id", std::string(id)}};
        return request;
    }

    static http::Request asking(std::string_view query) {
        http::Request request;
        request.query = query;
        return request;
    }

    static http::Request sending(std::string_view body) {
        http::Request request;
        request.method = http::Method::post;
        request.body = body;
        return request;
    }

    ApiKeyService keys{*database, clock};
    KeyGate gate{*database, channels.names(), clock, {.reads = 50, .writes = 10}};
    std::shared_ptr<const http::Caller> caller;
    ChannelId other;
};

constexpr Access reads_streams{.scope = Scope::streams_read, .subject = Subject::none};

TEST_CASE_FIXTURE(Guarded, "a request without a key is told how to send one") {
    for (const auto* header : {"", "Basic dXNlcjpwYXNz", "Bearer ", "tk_live_x"}) {
        const auto admission = knock(header, reads_streams);
        REQUIRE(admission.refusal);
        CHECK(admission.refusal->status == 401);
        CHECK(admission.refusal->code == "authentication_required");
        CHECK(admission.headers.get("WWW-Authenticate") == "Bearer realm=\"tally\"");
    }
}

TEST_CASE_FIXTURE(Guarded, "a key lets in by its secret, and the handler learns whose it is") {
    const auto created = make_key({"streams:read"});
    CHECK(created.secret.starts_with("tk_live_"));
    CHECK(created.secret.size() == 8 + 43);
    CHECK(created.secret.starts_with(created.key.prefix));
    CHECK(refusal(created.secret, reads_streams).empty());
    REQUIRE(caller);
    CHECK(caller->id == created.key.id.text());
    CHECK(knock("bearer " + created.secret, reads_streams).refusal == std::nullopt);
    const auto unknown = knock("Bearer " + created.secret + "x", reads_streams);
    CHECK(unknown.refusal->code == "invalid_api_key");
    CHECK(unknown.headers.get("WWW-Authenticate") == "Bearer realm=\"tally\", error=\"invalid_token\"");
}

TEST_CASE_FIXTURE(Guarded, "what the store holds of a key lets nobody in") {
    make_key({"admin"});
    const auto rows =
        wait(database->read([](sql::Session& session) { return session.rows("select * from api_keys"); }));
    for (const auto& [name, value] : rows.at(0)) {
        if (const auto* text = std::get_if<std::string>(&value); text && !text->empty())
            CHECK(refusal(*text, reads_streams) == "invalid_api_key");
    }
}

TEST_CASE_FIXTURE(Guarded, "a scope allows what it names, a star all of its kind, and admin everything") {
    const Access writes_streams{.scope = Scope::streams_write, .subject = Subject::none};
    const Access manages{};
    const auto reader = make_key({"streams:read"}).secret;
    const auto all_streams = make_key({"streams:*"}).secret;
    const auto admin = make_key({"admin"}).secret;
    CHECK(refusal(reader, reads_streams).empty());
    CHECK(refusal(reader, writes_streams) == "insufficient_scope");
    CHECK(refusal(all_streams, writes_streams).empty());
    CHECK(refusal(all_streams, manages) == "insufficient_scope");
    CHECK(refusal(admin, writes_streams).empty());
    CHECK(refusal(admin, manages).empty());
    CHECK(
        knock("Bearer " + reader, writes_streams).headers.get("WWW-Authenticate") ==
        "Bearer realm=\"tally\", error=\"insufficient_scope\", scope=\"streams:write\""
    );
}

TEST_CASE_FIXTURE(Guarded, "a limited key reaches its channel by every name and nothing of another") {
    const auto own = make_key({"admin"}, {"channel-one"}).secret;
    const auto foreign = make_key({"admin"}, {"other"}).secret;
    const auto checks = std::to_array<std::pair<Subject, http::Request>>({
        {Subject::channel, about("ch_001")},
        {Subject::channel, about("channel-one")},
        {Subject::broadcast, about(on_air.text())},
        {Subject::stream, about(encoder.text())},
        {Subject::query, asking("limit=1&channelId=ch_001")},
    });
    for (const auto& [subject, request] : checks) {
        CAPTURE(static_cast<int>(subject));
        CHECK(refusal(own, {Scope::streams_read, subject}, request).empty());
        CHECK(refusal(foreign, {Scope::streams_read, subject}, request) == "channel_not_allowed");
    }
}

TEST_CASE_FIXTURE(Guarded, "everything that a body names has to be within the key's limits") {
    const Access starts{Scope::streams_write, Subject::body};
    const auto own = make_key({"admin"}, {"ch_001"}).secret;
    const auto foreign = make_key({"admin"}, {"other"}).secret;
    const auto both = fmt::format(R"({{"channelId":"other","broadcastId":"{}"}})", on_air.text());
    CHECK(refusal(own, starts, sending(R"({"channelId":"ch_001"})")).empty());
    CHECK(refusal(foreign, starts, sending(R"({"channelId":"ch_001"})")) == "channel_not_allowed");
    CHECK(refusal(own, starts, sending(both)) == "channel_not_allowed");
    CHECK(refusal(foreign, starts, sending(both)) == "channel_not_allowed");
    // About to be made where channels are provisioned: not by a key that is limited to others.
    CHECK(refusal(own, starts, sending(R"({"channelId":"ch_new"})")) == "channel_not_allowed");
    // What names nothing is the handler's to refuse.
    for (const auto* body : {"", "{", "[]", R"({"channelId":7})"})
        CHECK(refusal(own, starts, sending(body)).empty());
}

TEST_CASE_FIXTURE(
    Guarded, "a limited key names its channel in lists, and manages nothing that spans channels"
) {
    const auto own = make_key({"admin"}, {"ch_001"}).secret;
    CHECK(refusal(own, {Scope::streams_read, Subject::query}) == "channel_not_allowed");
    CHECK(refusal(own, {Scope::admin, Subject::everything}) == "channel_not_allowed");
    CHECK(refusal(own, {Scope::streams_read, Subject::stream}, about("st_unknown")).empty());
}

TEST_CASE_FIXTURE(Guarded, "a revoked key is refused within five seconds, an expired one at once") {
    const auto created = make_key({"admin"});
    CHECK(refusal(created.secret, reads_streams).empty());
    CHECK(status_of(*wait(keys.revoke(created.key.id)), clock.now()) == ApiKeyStatus::revoked);
    clock.advance(std::chrono::seconds(5));
    CHECK(refusal(created.secret, reads_streams) == "invalid_api_key");

    const auto ends = clock.now() + std::chrono::seconds(2);
    const auto brief = wait(keys.create({.name = "brief", .scopes = {"admin"}, .expires_at = ends}));
    REQUIRE(brief);
    CHECK(status_of(brief->key, clock.now()) == ApiKeyStatus::expiring);
    CHECK(refusal(brief->secret, reads_streams).empty());
    clock.advance(std::chrono::seconds(2));
    CHECK(refusal(brief->secret, reads_streams) == "invalid_api_key");
    CHECK(status_of(brief->key, clock.now()) == ApiKeyStatus::revoked);
}

TEST_CASE_FIXTURE(Guarded, "the last use of a key is noted once a minute") {
    const auto created = make_key({"admin"});
    const auto last_use = [&] { return wait(keys.get(created.key.id))->last_used_at; };
    CHECK(!last_use());
    refusal(created.secret, reads_streams);
    const auto first = clock.now();
    CHECK(last_use() == first);
    clock.advance(std::chrono::seconds(30));
    refusal(created.secret, reads_streams);
    CHECK(last_use() == first);
    clock.advance(std::chrono::seconds(30));
    refusal(created.secret, reads_streams);
    CHECK(last_use() == clock.now());
}

TEST_CASE_FIXTURE(Guarded, "a key has so many requests in a second, reads and writes apart") {
    const auto secret = make_key({"admin"}).secret;
    auto write = sending("{}");
    for (int i = 0; i < 10; ++i)
        CHECK(refusal(secret, reads_streams, write).empty());
    const auto refused = knock("Bearer " + secret, reads_streams, write);
    REQUIRE(refused.refusal);
    CHECK(refused.refusal->status == 429);
    CHECK(refused.refusal->retry_after == 1);
    CHECK(refused.headers.get("RateLimit-Policy") == "\"writes\";q=10;w=1");
    CHECK(refused.headers.get("RateLimit") == "\"writes\";r=0;t=1");
    const auto read = knock("Bearer " + secret, reads_streams);
    CHECK(!read.refusal);
    CHECK(read.headers.get("RateLimit") == "\"reads\";r=49;t=1");
    clock.advance(Milliseconds(100));
    CHECK(refusal(secret, reads_streams, write).empty());
    CHECK(refusal(secret, reads_streams, write) == "rate_limited");
}

TEST_CASE_FIXTURE(
    Guarded, "who guesses keys has to wait, and does not lock out the keys behind its address"
) {
    const auto secret = make_key({"admin"}).secret;
    CHECK(refusal(secret, reads_streams).empty());
    for (int i = 0; i < 60; ++i)
        CHECK(refusal("tk_live_guess", reads_streams) == "invalid_api_key");
    CHECK(refusal("tk_live_guess", reads_streams) == "rate_limited");
    CHECK(refusal(secret, reads_streams).empty());
    clock.advance(std::chrono::seconds(60));
    CHECK(refusal("tk_live_guess", reads_streams) == "invalid_api_key");
}

TEST_CASE_FIXTURE(Guarded, "a key is refused when its scopes, channels or expiry make no sense") {
    const auto code = [&](const NewApiKey& request) { return wait(keys.create(request)).error().code; };
    CHECK(code({.name = "", .scopes = {"admin"}}) == "validation_failed");
    CHECK(code({.name = "x", .scopes = {}}) == "validation_failed");
    CHECK(code({.name = "x", .scopes = {"streams:fly"}}) == "validation_failed");
    CHECK(code({.name = "x", .scopes = {"*"}}) == "validation_failed");
    CHECK(code({.name = "x", .scopes = {"admin"}, .expires_at = clock.now()}) == "validation_failed");
    CHECK(code({.name = "x", .scopes = {"admin"}, .channel_ids = {"nobody"}}) == "channel_not_found");
}

}  // namespace
}  // namespace tally::control
