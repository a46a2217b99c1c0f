// Which handler answers a path: one table per service.
#pragma once

#include "http/access.hpp"
#include "http/message.hpp"
#include "http/request_counts.hpp"
#include "net/trusted_proxies.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::http {

class Gate;

class Router {
public:
    /// `pattern`: segments are literal, "{name}", or "{name}" with a literal suffix or prefix:
    /// "/thumbnails/{channel}.jpg". A literal segment beats a parameter. GET also answers HEAD.
    void add(Method method, std::string_view pattern, Handler handler);

    /// From now on `gate` is asked first. `access_of("GET /api/streams")` is what it asks for. The gate
    /// outlives the router.
    void protect(Gate& gate, const std::function<Access(std::string_view route)>& access_of);

    /// From now on requests through `proxies` are their clients'.
    void trust(net::TrustedProxies proxies) { proxies_ = std::move(proxies); }

    /// The address of who sent a request; views of the arguments.
    std::string_view client(std::string_view peer, std::string_view forwarded) const {
        return forwarded.empty() ? peer : proxies_.client(peer, forwarded);
    }

    /// From now on every route of `method` is answered by `wrapper(its pattern, its handler)`.
    void wrap(Method method, const std::function<Handler(std::string_view pattern, Handler)>& wrapper);

    struct Match {
        const Handler* handler = nullptr;  // null: no such path, or not with this method
        Gate* gate = nullptr;              // null: for anyone
        Access access{};                   // what to ask the gate
        RouteCounts* counts = nullptr;     // where its answers are counted, as long as there is the router
        std::vector<std::pair<std::string_view, std::string>> parameters{};
        std::string allow{};  // methods of the path when only the method is wrong: "GET, HEAD"
    };

    Match match(Method method, std::string_view path) const;

    /// Every "GET /api/streams/{id}", sorted: held against the API document by a test.
    std::vector<std::string> routes() const;

    /// For each route that was asked, by the same name.
    std::vector<std::pair<std::string, RouteTotals>> totals() const;

private:
    struct Route;
    std::vector<std::shared_ptr<const Route>> routes_;
    Gate* gate_ = nullptr;
    net::TrustedProxies proxies_;
};

}  // namespace tally::http
