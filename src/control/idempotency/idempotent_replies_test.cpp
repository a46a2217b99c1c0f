#include "control/idempotency/idempotent_replies.hpp"

#include "control/key/api_key_routes.hpp"
#include "control/testing_http.hpp"
#include "control/webhook/webhook_routes.hpp"
#include "http/access.hpp"
#include "net/signal.hpp"

#include <doctest/doctest.h>

#include <list>
#include <thread>

namespace tally::control {
namespace {

const std::string body = R"({"channelId":"ch_001","title":"x"})";

struct Keyed : Api<> {
    Keyed() { set_header("Idempotency-Key", "a key"); }

    std::size_t count(const std::string& table) {
        return wait(database->read([&](sql::Session& session) {
            return session.rows("select id from " + table).size();
        }));
    }
};

/// A process that can die when the work of a request is done and nothing was noted of it yet.
struct Mortal : Keyed {
    Mortal() {
        router = http::Router();
        add_channel_routes(router, channels, cursors);
        add_broadcast_routes(router, broadcasts, cursors, {}, {});
        add_schedule_routes(router, schedule, broadcasts, cursors, {});
        add_api_key_routes(router, keys, cursors, clock);
        add_webhook_routes(router, webhooks, cursors);
        router.wrap(http::Method::post, [this](std::string_view, const http::Handler& handler) {
            return replies.wrap([this, handler](const http::Request& request) {
                return perhaps_die(handler, request);
            });
        });
    }

    Async<http::Response> perhaps_die(const http::Handler& handler, const http::Request& request) {
        auto response = co_await handler(request);
        if (dies_after_work) {
            is_done = true;
            co_await net::Signal(co_await asio::this_coro::executor).wait();
        }
        co_return response;
    }

    /// What the request's coroutines would do next is never done.
    void post_and_die(const std::string& path, const std::string& text) {
        http::Request request;
        request.method = http::Method::post;
        request.path = path;
        request.body = text;
        request.header = [](std::string_view name) -> std::string_view {
            return name == "Idempotency-Key" ? "a key" : "";
        };
        auto match = router.match(request.method, request.path);
        request.parameters = std::move(match.parameters);
        dies_after_work = true;
        is_done = false;
        // Dropped with the fixture: the store's threads may not have let go of it yet.
        auto& process = processes.emplace_back();
        asio::co_spawn(
            process.get_executor(),
            (*match.handler)(request),
            [](const std::exception_ptr&, const http::Response&) {}
        );
        while (!is_done)
            process.run_one();
        dies_after_work = false;
    }

    ApiKeyService keys{*database, clock};
    WebhookService webhooks{*database, clock, WebhookSecrets(Secret("a secret for tests")), {}};
    std::list<asio::io_context> processes;
    bool dies_after_work = false;
    bool is_done = false;
};

bool is_replay(const Answer& answer) {
    return answer.headers.get("Idempotent-Replayed") == "true";
}

TEST_CASE_FIXTURE(Keyed, "a request that is sent again gets the first answer, and nothing is made twice") {
    const auto first = post("/api/broadcasts", body);
    clock.advance(std::chrono::hours(23));
    const auto second = post("/api/broadcasts", body);
    CHECK(!is_replay(first));
    CHECK(is_replay(second));
    CHECK(second.status == 201);
    CHECK(second.body == first.body);
    CHECK(second.headers.get("Location") == first.headers.get("Location"));
    CHECK(count("broadcasts") == 1);
}

TEST_CASE_FIXTURE(Keyed, "after a day the key is forgotten") {
    post("/api/broadcasts", body);
    clock.advance(std::chrono::hours(24));
    CHECK(!is_replay(post("/api/broadcasts", body)));
    CHECK(count("broadcasts") == 2);
    CHECK(count("idempotency_keys") == 1);
}

TEST_CASE_FIXTURE(Keyed, "a key is for one request: another body, path or query is refused") {
    post("/api/broadcasts", body);
    for (const auto& [path, other] : std::to_array<std::pair<std::string, std::string>>({
             {"/api/broadcasts", R"({"channelId":"ch_001","title":"y"})"},
             {"/api/broadcasts?strict=true", body},
             {"/api/channels", body},
         })) {
        const auto refused = post(path, other);
        CHECK(refused.status == 422);
        CHECK(refused.text("code") == "idempotency_key_reuse");
    }
    set_header("Idempotency-Key", std::string(256, 'k'));
    CHECK(post("/api/broadcasts", body).status == 400);
    set_header("Idempotency-Key", std::string(255, 'k'));
    CHECK(post("/api/broadcasts", body).status == 201);
}

TEST_CASE_FIXTURE(Keyed, "refusals are answered again too") {
    const auto first = post("/api/broadcasts", "{}");
    const auto second = post("/api/broadcasts", "{}");
    CHECK(second.status == 400);
    CHECK(is_replay(second));
    CHECK(second.body == first.body);
}

TEST_CASE_FIXTURE(Keyed, "a failure of the server is not kept: trying again does the work") {
    unsigned status = 503;
    int calls = 0;
    auto handler = replies.wrap([&](const http::Request&) -> Async<http::Response> {
        ++calls;
        if (status == 500) throw std::runtime_error("a bug");
        co_return reply(status, json::object());
    });
    http::Request request;
    request.header = [](std::string_view) { return std::string_view("key"); };
    CHECK(wait(handler(request)).status == 503);
    status = 429;
    CHECK(wait(handler(request)).status == 429);
    status = 500;
    CHECK_THROWS_AS(wait(handler(request)), std::runtime_error);
    status = 201;
    CHECK(wait(handler(request)).status == 201);
    CHECK(wait(handler(request)).headers.get("Idempotent-Replayed") == "true");
    CHECK(calls == 4);
}

TEST_CASE_FIXTURE(
    Keyed, "of many at once one does the work; the others are told to wait, then get its answer"
) {
    std::atomic<int> made = 0;
    std::atomic<int> replayed = 0;
    std::atomic<int> waiting = 0;
    {
        std::vector<std::jthread> clients;
        clients.reserve(8);
        for (int client = 0; client < 8; ++client) {
            clients.emplace_back([&] {
                const auto answer = post("/api/broadcasts", body);
                if (answer.status == 409) {
                    waiting += answer.text("code") == "idempotency_in_progress" ? 1 : 0;
                    CHECK(answer.headers.get("Retry-After") == "1");
                } else {
                    ++(is_replay(answer) ? replayed : made);
                }
            });
        }
    }
    CHECK(made == 1);
    CHECK(made + replayed + waiting == 8);
    CHECK(count("broadcasts") == 1);
}

TEST_CASE_FIXTURE(Keyed, "what a dead process had begun is begun anew after a minute") {
    wait(database->transact([&](sql::Session& session) {
        session.execute("delete from idempotency_keys");
        return true;
    }));
    post("/api/broadcasts", body);
    wait(database->transact([&](sql::Session& session) {
        session.execute("update idempotency_keys set reply = null");
        return true;
    }));
    CHECK(post("/api/broadcasts", body).text("code") == "idempotency_in_progress");
    clock.advance(std::chrono::seconds(61));
    CHECK(post("/api/broadcasts", body).status == 201);
    CHECK(is_replay(post("/api/broadcasts", body)));
}

TEST_CASE_FIXTURE(
    Mortal, "what a process had done before it died is not done again, and is answered in full"
) {
    struct Case {
        std::string path;
        std::string text;
        std::string table;
        std::string shown;  // a member of the answer
    };

    for (const auto& [path, text, table, shown] : {
             Case{"/api/broadcasts", body, "broadcasts", "status"},
             Case{
                 "/api/broadcasts/schedule",
                 R"({"channelId":"ch_001","title":"x","scheduledStart":"2099-01-01T00:00:00Z"})",
                 "scheduled_events",
                 "status"
             },
             Case{"/api/channels", R"({"name":"x"})", "channels", "streamKey"},
             Case{"/api/channels/ch_001/rotate-key", "", "channels", "streamKey"},
             Case{"/api/keys", R"({"name":"x","scopes":["admin"]})", "api_keys", "key"},
             Case{"/api/webhooks", R"({"url":"https://example.com/"})", "webhook_endpoints", "secret"},
         }) {
        CAPTURE(path);
        wait(database->transact([&](sql::Session& session) {
            session.execute("delete from idempotency_keys");
            return true;
        }));
        post_and_die(path, text);
        const auto made = count(table);
        clock.advance(std::chrono::seconds(61));
        const auto again = post(path, text);
        CHECK(again.status < 300);
        CHECK(is_replay(again));
        CHECK_FALSE(again.text(shown).empty());
        CHECK(count(table) == made);
    }
}

TEST_CASE_FIXTURE(Mortal, "who takes so long that another carries the request out does nothing") {
    http::Router plain;
    add_broadcast_routes(plain, broadcasts, cursors, {}, {});
    const auto create = *plain.match(http::Method::post, "/api/broadcasts").handler;
    const auto late = replies.wrap([&](const http::Request& request) -> Async<http::Response> {
        co_await database->transact([](sql::Session& session) {
            session.execute("update idempotency_keys set claim = 'of another'");
            return true;
        });
        co_return co_await create(request);
    });
    http::Request request;
    request.body = body;
    request.header = [](std::string_view name) -> std::string_view {
        return name == "Idempotency-Key" ? "a key" : "";
    };
    CHECK(wait(late(request)).status == 503);
    CHECK(count("broadcasts") == 0);
}

TEST_CASE_FIXTURE(Keyed, "neither keys nor the secrets in answers can be read in the store") {
    set_header("Idempotency-Key", "sk_live_never_do_this");
    const auto made = post("/api/channels", R"({"name":"Secret"})");
    CHECK(is_replay(post("/api/channels", R"({"name":"Secret"})")));
    const auto rows = wait(database->read([](sql::Session& session) {
        return session.query<Claim>("select * from idempotency_keys");
    }));
    REQUIRE(rows.size() == 1);
    const auto text = rows[0].id + rows[0].fingerprint + *rows[0].reply;
    CHECK(text.find("sk_live") == std::string::npos);
    CHECK(text.find(made.text("streamKey").substr(8)) == std::string::npos);
}

TEST_CASE_FIXTURE(Keyed, "each caller has keys of its own") {
    int calls = 0;
    auto handler = replies.wrap([&](const http::Request&) -> Async<http::Response> {
        ++calls;
        co_return reply(201, json::object());
    });
    for (const auto* id : {"key_a", "key_b", "key_a"}) {
        http::Request request;
        request.header = [](std::string_view) { return std::string_view("key"); };
        request.caller = std::make_shared<http::Caller>(http::Caller{.id = id, .scopes = {}, .channels = {}});
        wait(handler(request));
    }
    CHECK(calls == 2);
}

}  // namespace
}  // namespace tally::control
