// Every route of every port, against every scope, on one's own and on another's channel.
#include "app/route_access.hpp"

#include "app/testing.hpp"
#include "control/alert/alert_repository.hpp"
#include "http/answer.hpp"
#include "http/gate.hpp"
#include "http/method.hpp"

#include <doctest/doctest.h>

#include <map>

namespace tally::app {
namespace {

using http::Scope;
using http::Subject;

constexpr config::Auth keys_required{
    .mode = config::AuthMode::required, .reads_per_second = 1'000'000, .writes_per_second = 1'000'000
};

enum class Limit : std::uint8_t { none, own, foreign };

struct Key {
    Scope scope;
    Limit limit;
    std::string secret;
};

/// Keys of every scope, and the resources of channel ch_001 that requests are about.
class Matrix : public RunningTally {
public:
    Matrix() : RunningTally(keys_required) {
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Scope>>([this](auto enumerator) {
            for (const auto limit : {Limit::none, Limit::own})
                keys_.push_back({enumerator.value, limit, make_key(enumerator.value, limit)});
        });
        send("POST /api/channels", R"({"name":"Another","slug":"another"})");
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<Scope>>([this](auto enumerator) {
            keys_.push_back({enumerator.value, Limit::foreign, make_key(enumerator.value, Limit::foreign)});
        });
        make_resources();
    }

    const std::vector<Key>& keys() const { return keys_; }

    /// The code of the gate's refusal, "" when it lets in.
    std::string knock(const http::Router& router, std::string_view route, const std::string& secret) {
        Sample sample(*this, route, secret);
        auto match = router.match(sample.request.method, sample.path);
        REQUIRE(match.gate != nullptr);
        sample.request.parameters = std::move(match.parameters);
        const auto admission = wait(match.gate->admit(match.access, sample.request));
        return admission.refusal ? admission.refusal->code : "";
    }

    bool is_open(const http::Router& router, std::string_view route) {
        const Sample sample(*this, route, "");
        return router.match(sample.request.method, sample.path).gate == nullptr;
    }

private:
    /// A request to the route about ch_001 or what belongs to it.
    struct Sample {
        Sample(const Matrix& matrix, std::string_view route, const std::string& secret, std::string json = {})
            : path(route.substr(route.find(' ') + 1)),
              body(std::move(json)),
              authorization("Bearer " + secret) {
            const auto subject = access_of(route).subject;
            for (std::string id = matrix.id_of(subject); path.contains('{'); id = "1")
                path.replace(path.find('{'), path.find('}') + 1 - path.find('{'), id);
            if (subject == Subject::query) query = "channelId=ch_001";
            if (subject == Subject::body && body.empty()) body = R"({"channelId":"ch_001"})";
            request.method = http::method_of(route.substr(0, route.find(' ')));
            request.path = path;
            request.query = query;
            request.body = body;
            request.peer = "203.0.113.7";
            request.header = [this](std::string_view name) -> std::string_view {
                return name == "Authorization" && authorization.size() > 7 ? std::string_view(authorization)
                                                                           : "";
            };
        }

        std::string path;
        std::string query;
        std::string body;
        std::string authorization;
        http::Request request;
    };

    std::string id_of(Subject subject) const {
        if (subject == Subject::channel) return "channel-one";
        if (const auto found = ids_.find(subject); found != ids_.end()) return found->second;
        const bool by_id = subject >= Subject::broadcast && subject <= Subject::alert;
        REQUIRE_MESSAGE(!by_id, "make_resources() makes one of each kind");
        return "1";
    }

    std::string make_key(Scope scope, Limit limit) {
        std::vector<std::string> channels;
        if (limit != Limit::none) channels = {limit == Limit::own ? "ch_001" : "another"};
        auto made =
            wait(service_.create({.name = "x", .scopes = {http::scope_text(scope)}, .channel_ids = channels})
            );
        REQUIRE(made);
        return made->secret;
    }

    boost::json::object send(std::string_view route, const std::string& body) {
        Sample sample(*this, route, admin_, body);
        const auto answer = wait(http::answer(*application().routers().at("tally"), sample.request));
        const auto& text = std::get<std::string>(answer.response.body);
        REQUIRE_MESSAGE(answer.response.status == 201, text);
        return boost::json::parse(text).as_object();
    }

    void make_resources() {
        const auto id = [](const boost::json::object& document) {
            return std::string(document.at("id").as_string());
        };
        const auto broadcast = id(send("POST /api/broadcasts", R"({"channelId":"ch_001","title":"x"})"));
        const auto stream = id(send(
            "POST /api/streams/start",
            fmt::format(R"({{"channelId":"ch_001","broadcastId":"{}"}})", broadcast)
        ));
        const auto event = id(send(
            "POST /api/broadcasts/schedule",
            R"({"channelId":"ch_001","title":"x","scheduledStart":"2099-01-01T00:00:00Z"})"
        ));
        ids_ = {
            {Subject::broadcast, broadcast},
            {Subject::stream, stream},
            {Subject::scheduled_event, event},
            {Subject::alert, make_alert(broadcast, stream)},
        };
    }

    std::string make_alert(const std::string& broadcast, const std::string& stream) {
        control::Alert alert;
        alert.id = control::AlertId::make(system_clock().now());
        alert.broadcast_id = *BroadcastId::parse(broadcast);
        alert.channel_id = *ChannelId::parse("ch_001");
        alert.stream_id = *StreamId::parse(stream);
        wait(database_->transact([&](sql::Session& session) {
            control::AlertRepository(session).insert(alert, alert.first_seen_at);
            return true;
        }));
        return alert.id.text();
    }

    std::unique_ptr<sql::Database> database_ =
        *Storage::open_database(directory(), system_clock().now());  // as tally keys create does
    control::ApiKeyService service_{*database_, system_clock()};
    std::string admin_ = make_key(Scope::admin, Limit::none);
    std::vector<Key> keys_;
    std::map<Subject, std::string> ids_;
};

std::string expected(http::Access access, const Key& key) {
    if (key.scope != access.scope && key.scope != Scope::admin) return "insufficient_scope";
    if (key.limit == Limit::none || access.subject == Subject::none) return "";
    const bool own = key.limit == Limit::own && access.subject != Subject::everything;
    return own ? "" : "channel_not_allowed";
}

TEST_CASE_FIXTURE(Matrix, "every route lets in the scope that it states, for the channels of the key alone") {
    for (const auto& [service, router] : application().routers()) {
        CAPTURE(service);
        for (const auto& route : router->routes()) {
            CAPTURE(route);
            CHECK_MESSAGE(
                has_access_row(route), "state in route_access.cpp what the route asks of its caller"
            );
            const auto access = access_of(route);
            CHECK(is_open(*router, route) == !access.scope);
            if (!access.scope) continue;
            CHECK(knock(*router, route, "") == "authentication_required");
            for (const auto& key : keys()) {
                CAPTURE(http::scope_text(key.scope));
                CAPTURE(static_cast<int>(key.limit));
                CHECK(knock(*router, route, key.secret) == expected(access, key));
            }
        }
    }
}

TEST_CASE("a route that nobody decided on is for administrators") {
    CHECK(access_of("GET /api/unheard-of").scope == Scope::admin);
    CHECK(access_of("GET /api/unheard-of").subject == Subject::everything);
}

}  // namespace
}  // namespace tally::app
