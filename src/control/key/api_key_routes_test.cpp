#include "control/key/api_key_routes.hpp"

#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

struct KeyApi : Api<> {
    KeyApi() { add_api_key_routes(router, keys, cursors, clock); }

    ApiKeyService keys{*database, clock};
};

TEST_CASE_FIXTURE(KeyApi, "a key's secret is in the answer that made it and in no other") {
    const auto made =
        post("/api/keys", R"({"name":"CI","scopes":["streams:*"],"channelIds":["channel-one"]})");
    REQUIRE(made.status == 201);
    const auto secret = made.text("key");
    CHECK(secret.starts_with(made.text("prefix")));
    CHECK(made.text("status") == "active");
    CHECK(made.body.at("channelIds") == json::array{"ch_001"});
    CHECK(!made.body.contains("secretHash"));
    CHECK(made.headers.get("Location") == "/api/keys/" + made.text("id"));

    const auto found = get("/api/keys/" + made.text("id"));
    CHECK(found.status == 200);
    CHECK(!found.body.contains("key"));
    CHECK(json::print(get("/api/keys").body).find(secret.substr(12)) == std::string::npos);
}

TEST_CASE_FIXTURE(KeyApi, "revoking is for good, and harmless to repeat") {
    const auto id = post("/api/keys", R"({"name":"CI","scopes":["admin"]})").text("id");
    CHECK(get("/api/keys/" + id).body.at("channelIds").is_null());
    const auto revoked = call(http::Method::del, "/api/keys/" + id);
    CHECK(revoked.status == 200);
    CHECK(revoked.text("status") == "revoked");
    clock.advance(std::chrono::seconds(1));
    CHECK(call(http::Method::del, "/api/keys/" + id).body == revoked.body);
    CHECK(call(http::Method::del, "/api/keys/key_unknown").text("code") == "api_key_not_found");
}

TEST_CASE_FIXTURE(KeyApi, "every wrong scope is named") {
    const auto refused = post("/api/keys", R"({"name":"CI","scopes":["streams:read","streams:fly"]})");
    CHECK(refused.status == 400);
    CHECK(refused.body.at("errors").at(0).at("pointer") == "/scopes/1");
}

}  // namespace
}  // namespace tally::control
