#include "control/channel/readiness.hpp"

#include "control/testing_http.hpp"

#include <doctest/doctest.h>

namespace tally::control {
namespace {

struct Checked : Api<> {
    Checked() {
        const auto check = [this](const Channel&, json::object& details) -> Async<std::string> {
            details["latencyMs"] = 1.5;
            co_return wrong;
        };
        add_readiness_route(router, channels, {{.name = "ingest", .run = check}});
    }

    std::string wrong;
};

TEST_CASE_FIXTURE(Checked, "a channel is ready when every check is") {
    const auto ready = get("/api/channels/channel-one/readiness");
    CHECK(ready.status == 200);
    CHECK(ready.text("channelId") == "ch_001");
    CHECK(ready.body.at("ready") == true);
    CHECK(ready.body.at("checks").as_array().at(1).at("latencyMs") == 1.5);
    wrong = "Nothing listens.";
    const auto broken = get("/api/channels/ch_001/readiness");
    CHECK(broken.body.at("ready") == false);
    CHECK(broken.body.at("checks").as_array().at(1).at("message") == "Nothing listens.");
    CHECK(get("/api/channels/nobody/readiness").status == 404);
}

TEST_CASE_FIXTURE(Checked, "a disabled channel is never ready") {
    patch("/api/channels/ch_001", R"({"status":"disabled"})");
    const auto disabled = get("/api/channels/ch_001/readiness");
    CHECK(disabled.status == 200);
    CHECK(disabled.body.at("ready") == false);
    CHECK(disabled.body.at("checks").as_array().at(0).at("ok") == false);
}

}  // namespace
}  // namespace tally::control
