// The API documents and the services' routes say the same.
#include "app/testing.hpp"
#include "json/text.hpp"
#include "web/assets.hpp"

#include <doctest/doctest.h>

#include <regex>
#include <set>

namespace tally::app {
namespace {

using Routes = std::set<std::string>;

/// What is for browsers alone, or a page's own.
bool is_page(const std::string& route) {
    return route == "GET /" || route.starts_with("GET /watch/") || route.starts_with("GET /assets/");
}

/// A parameter's name is the route's own business: "{}".
std::string without_names(const std::string& route) {
    return std::regex_replace(route, std::regex("\\{[^}]*\\}"), "{}");
}

Routes documented(std::string_view service) {
    Routes routes;
    for (const auto& asset : web::embedded_assets()) {
        if (asset.path != fmt::format("openapi/{}.json", service)) continue;
        const auto document = boost::json::parse(text_of(asset.bytes));
        for (const auto& [path, item] : document.at("paths").as_object()) {
            for (const auto& [method, operation] : item.as_object()) {
                if (method == "parameters") continue;
                std::string verb(method);
                std::ranges::transform(verb, verb.begin(), [](char c) { return std::toupper(c); });
                routes.insert(without_names(verb + " " + std::string(path)));
            }
        }
    }
    return routes;
}

Routes answered(const http::Router& router) {
    Routes routes;
    for (const auto& route : router.routes())
        if (!is_page(route)) routes.insert(without_names(route));
    return routes;
}

Routes difference(const Routes& of, const Routes& without) {
    Routes left;
    std::ranges::set_difference(of, without, std::inserter(left, left.end()));
    return left;
}

}  // namespace

TEST_CASE("every route is in its service's API document, and nothing else is") {
    RunningTally tally;
    for (const auto& [service, router] : tally.application().routers()) {
        CAPTURE(service);
        const auto routes = answered(*router);
        const auto document = documented(service);
        CHECK(difference(routes, document) == Routes());
        CHECK(difference(document, routes) == Routes());
    }
}

}  // namespace tally::app
