// For tests: asks a router as the server does, without a socket.
#pragma once

#include "cdn/catalogue.hpp"
#include "cdn/playback_guard.hpp"
#include "http/router.hpp"
#include "record/test_media.hpp"

#include <boost/json/parse.hpp>

#include <map>
#include <string>

namespace tally::cdn::test {

struct Answer {
    http::Response response;

    unsigned status() const { return response.status; }

    std::string header(std::string_view name) const { return std::string(response.headers.get(name)); }

    std::string text() const {
        if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
        if (const auto* bytes = std::get_if<SharedBytes>(&response.body))
            return std::string(text_of(**bytes));
        const auto& source = *std::get<std::shared_ptr<const ByteSource>>(response.body);
        const auto bytes = source.read(0, static_cast<std::size_t>(source.size()));
        REQUIRE(bytes);
        return std::string(text_of(*bytes));
    }

    boost::json::value json() const { return boost::json::parse(text()); }

    std::string code() const { return std::string(json().at("code").as_string()); }
};

inline Answer get(
    const http::Router& router, std::string_view target, std::string_view accept_encoding = {}
) {
    const auto mark = std::min(target.find('?'), target.size());
    const auto path = target.substr(0, mark);
    const auto match = router.match(http::Method::get, path);
    REQUIRE(match.handler != nullptr);
    http::Request request;
    request.path = path;
    request.query = target.substr(std::min(mark + 1, target.size()));
    request.id = "req_test";
    request.parameters = match.parameters;
    request.header = [&](std::string_view name) {
        return name == "Accept-Encoding" ? accept_encoding : std::string_view();
    };
    return {wait((*match.handler)(request))};
}

/// Lets in by the token "good".
class GoodTokens final : public PlaybackGuard {
public:
    Outcome<void> check(std::string_view token, std::string_view, const ChannelId&, const BroadcastId&)
        const override {
        if (token == "good") return {};
        return http::problem(403, token.empty() ? "token_required" : "token_invalid", "No.");
    }
};

/// Knows what it is told.
class KnownCatalogue final : public Catalogue {
public:
    std::map<std::string, ChannelId> channels;
    std::map<BroadcastId, BroadcastFacts> broadcasts;
    bool reachable = true;

    Task<std::optional<ChannelId>> find_channel(std::string name) override {
        if (!reachable) co_return fail(Errc::io, "store is locked");
        const auto found = channels.find(name);
        co_return found == channels.end() ? std::nullopt : std::optional(found->second);
    }

    Task<std::optional<BroadcastFacts>> find_broadcast(BroadcastId broadcast) override {
        if (!reachable) co_return fail(Errc::io, "store is locked");
        const auto found = broadcasts.find(broadcast);
        co_return found == broadcasts.end() ? std::nullopt : std::optional(found->second);
    }
};

}  // namespace tally::cdn::test
