#include "analytics/engagement/engagement_routes.hpp"

#include "http/problem.hpp"
#include "json/text.hpp"

#include <boost/describe/enum_from_string.hpp>

namespace tally::analytics {
namespace {

using http::Outcome;
using http::Request;
using http::Response;

constexpr std::size_t longest_value = 64;

struct Body {
    std::string type;
    std::optional<std::string> value;
    std::optional<double> media_time;
    std::string sid;
    std::string token;
};
BOOST_DESCRIBE_STRUCT(Body, (), (type, value, media_time, sid, token))

/// Texts that people write are no business of ours: of a chat it is kept that there was one.
bool has_value(Engagement type) {
    return type == Engagement::reaction || type == Engagement::poll_vote || type == Engagement::click;
}

Outcome<NewEngagement> read(const Body& body) {
    NewEngagement engagement;
    engagement.sid = body.sid;
    if (!boost::describe::enum_from_string(body.type.c_str(), engagement.type)) {
        auto refusal = http::problem(400, "validation_failed", "The type of engagement is unknown.");
        refusal.error().errors = {
            {"/type",
             "invalid_value",
             "must be chat, reaction, like, share, follow, poll_vote, click, clip or question"}
        };
        return refusal;
    }
    if (has_value(engagement.type) && body.value) engagement.value = body.value->substr(0, longest_value);
    engagement.media_time = body.media_time;
    return engagement;
}

Outcome<Body> parse(const Request& request) {
    auto body = json::read<Body>(request.body);
    if (body) return *std::move(body);
    auto refusal = http::problem(400, "validation_failed", "The body does not say what was done.");
    refusal.error().errors = std::move(body).error();
    return refusal;
}

Outcome<Response> answer_to(EngagementOutcome outcome) {
    if (outcome == EngagementOutcome::limited) {
        auto refusal = http::problem(429, "rate_limited", "At most ten of a kind in ten seconds.");
        refusal.error().retry_after = 10;
        return refusal;
    }
    if (outcome == EngagementOutcome::unavailable) {
        auto refusal = http::problem(503, "analytics_unavailable", "It cannot be kept just now.");
        refusal.error().retry_after = 1;
        return refusal;
    }
    Response response{.status = 202, .headers = {}, .body = {}};
    response.headers.add("Content-Type", "application/json");
    response.body = json::print(
        boost::json::object{{"accepted", true}, {"duplicate", outcome == EngagementOutcome::duplicate}}
    );
    return response;
}

}  // namespace

void add_engagement_route(
    http::Router& router,
    EngagementService& service,
    const Engine& engine,
    const BeaconTokens& tokens,
    const Clock& clock
) {
    const auto take = [&](const Request& request) -> Async<Outcome<Response>> {
        const auto id = request.parameter("id");
        const auto broadcast = engine.broadcasts().find(id);
        if (!broadcast)
            co_return http::problem(
                404, "broadcast_not_found", fmt::format("No broadcast {} is on the air.", id)
            );
        auto body = parse(request);
        if (!body) co_return std::unexpected(std::move(body).error());
        auto engagement = read(*body);
        if (!engagement) co_return std::unexpected(std::move(engagement).error());
        if (!tokens.verify(body->token, id, clock.now()))
            co_return http::problem(
                403, "token_refused", "The token is not one of this broadcast, or has expired."
            );
        co_return answer_to(co_await service.take(broadcast, *std::move(engagement)));
    };
    router.add(
        http::Method::post,
        "/api/analytics/broadcasts/{id}/engagement",
        [take](const Request& request) -> Async<Response> {
            auto answered = co_await take(request);
            co_return answered ? *std::move(answered) : to_response(answered.error(), request);
        }
    );
}

}  // namespace tally::analytics
