// Requests to the control plane's routes without a socket.
#pragma once

#include "control/broadcast/broadcast_routes.hpp"
#include "control/channel/channel_routes.hpp"
#include "control/idempotency/idempotent_replies.hpp"
#include "control/schedule/schedule_routes.hpp"
#include "control/stream/stream_routes.hpp"
#include "control/testing.hpp"

namespace tally::control {

struct Answer {
    unsigned status = 0;
    http::Headers headers;
    json::object body;

    std::string text(std::string_view member) const { return std::string(body.at(member).as_string()); }
};

template <class Plane = ControlPlane>
struct Api : Plane {
    Api() {
        add_channel_routes(router, this->channels, cursors);
        add_broadcast_routes(router, this->broadcasts, cursors, {});
        add_schedule_routes(router, this->schedule, this->broadcasts, cursors, {});
        add_stream_routes(router, this->streams, cursors, tokens, {});
        router.wrap(http::Method::post, [this](std::string_view, http::Handler handler) {
            return replies.wrap(std::move(handler));
        });
    }

    Answer get(const std::string& target) { return call(http::Method::get, target); }

    Answer post(const std::string& target, const std::string& body = "") {
        return call(http::Method::post, target, body);
    }

    Answer patch(const std::string& target, const std::string& body) {
        return call(http::Method::patch, target, body);
    }

    Answer del(const std::string& target) { return call(http::Method::del, target); }

    /// A further request header of every request.
    void set_header(const std::string& name, const std::string& value) { headers_[name] = value; }

    Answer call(http::Method method, const std::string& target, const std::string& body = "") {
        const auto mark = std::min(target.find('?'), target.size());
        http::Request request;
        request.method = method;
        request.path = std::string_view(target).substr(0, mark);
        request.query = std::string_view(target).substr(std::min(mark + 1, target.size()));
        request.body = body;
        request.id = "req_test";
        request.header = [this](std::string_view name) -> std::string_view {
            const auto found = headers_.find(name);
            return found == headers_.end() ? std::string_view() : found->second;
        };
        auto match = router.match(method, request.path);
        REQUIRE_MESSAGE(match.handler, target);
        request.parameters = std::move(match.parameters);
        auto response = wait((*match.handler)(request));
        const auto document = json::parse(std::get<std::string>(response.body));
        REQUIRE(document);
        return {response.status, std::move(response.headers), document->as_object()};
    }

    PlaybackTokens tokens{Secret("a secret for tests"), this->clock};
    Cursors cursors{Secret("a secret for tests")};
    IdempotentReplies replies{*this->database, this->clock, Secret("a secret for tests")};
    http::Router router;

private:
    std::map<std::string, std::string, std::less<>> headers_;
};

}  // namespace tally::control
