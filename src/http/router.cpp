#include "http/router.hpp"

#include "http/method.hpp"

#include <algorithm>
#include <cassert>

namespace tally::http {
namespace {

/// One segment of a pattern: literal text, or a parameter between a prefix and a suffix.
struct Segment {
    std::string prefix;  // all of a literal
    std::string parameter;
    std::string suffix;

    bool is_literal() const { return parameter.empty(); }

    std::size_t fixed_size() const { return prefix.size() + suffix.size(); }

    bool matches(std::string_view text) const {
        if (is_literal()) return text == prefix;
        return text.size() > fixed_size() && text.starts_with(prefix) && text.ends_with(suffix);
    }

    std::string_view value_in(std::string_view text) const {
        return text.substr(prefix.size(), text.size() - fixed_size());
    }

    /// Below 0 when this one is tried before `other`: literals first, then the longest fixed text.
    int compare(const Segment& other) const {
        if (is_literal() != other.is_literal()) return is_literal() ? -1 : 1;
        if (fixed_size() != other.fixed_size()) return fixed_size() > other.fixed_size() ? -1 : 1;
        if (const int order = prefix.compare(other.prefix); order != 0) return order;
        return suffix.compare(other.suffix);
    }
};

/// The text before the next slash, taken off the front of `rest` with that slash.
std::string_view take_segment(std::string_view& rest) {
    const auto segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    return segment;
}

std::size_t count_segments(std::string_view path) {
    return static_cast<std::size_t>(std::ranges::count(path, '/'));
}

Segment parse_segment(std::string_view text) {
    const auto open = text.find('{');
    if (open == text.npos) return {.prefix = std::string(text), .parameter = {}, .suffix = {}};
    const auto close = text.find('}', open);
    assert(close != text.npos && close > open + 1);
    return {
        .prefix = std::string(text.substr(0, open)),
        .parameter = std::string(text.substr(open + 1, close - open - 1)),
        .suffix = std::string(text.substr(close + 1)),
    };
}

}  // namespace

struct Router::Route {
    Method method;
    std::string pattern;
    std::vector<Segment> segments;
    Handler handler;
    Access access{};
    std::shared_ptr<RouteCounts> counts = std::make_shared<RouteCounts>();

    std::string name() const { return std::string(name_of(method)) + ' ' + pattern; }

    bool matches(std::string_view path) const {
        path.remove_prefix(1);
        return std::ranges::all_of(segments, [&](const Segment& segment) {
            return segment.matches(take_segment(path));
        });
    }

    std::vector<std::pair<std::string_view, std::string>> parameters_in(std::string_view path) const {
        std::vector<std::pair<std::string_view, std::string>> found;
        found.reserve(segments.size());
        path.remove_prefix(1);
        for (const auto& segment : segments) {
            const auto text = take_segment(path);
            if (segment.is_literal()) continue;
            found.emplace_back(segment.parameter, percent_decode(segment.value_in(text)).value_or(""));
        }
        return found;
    }

    /// 0: the two stand for the same paths.
    int compare(const Route& other) const {
        if (segments.size() != other.segments.size()) return segments.size() < other.segments.size() ? -1 : 1;
        for (std::size_t i = 0; i < segments.size(); ++i)
            if (const int order = segments[i].compare(other.segments[i]); order != 0) return order;
        return 0;
    }
};

void Router::add(Method method, std::string_view pattern, Handler handler) {
    assert(pattern.starts_with('/'));
    Route route{method, std::string(pattern), {}, std::move(handler)};
    const auto count = count_segments(pattern);
    route.segments.reserve(count);
    while (route.segments.size() < count) {
        if (route.segments.empty()) pattern.remove_prefix(1);
        route.segments.push_back(parse_segment(take_segment(pattern)));
    }
    const auto place =
        std::ranges::find_if(routes_, [&](const auto& other) { return route.compare(*other) < 0; });
    routes_.insert(place, std::make_shared<const Route>(std::move(route)));
}

void Router::protect(Gate& gate, const std::function<Access(std::string_view)>& access_of) {
    gate_ = &gate;
    for (auto& route : routes_) {
        auto next = *route;
        next.access = access_of(next.name());
        route = std::make_shared<const Route>(std::move(next));
    }
}

void Router::wrap(Method method, const std::function<Handler(std::string_view, Handler)>& wrapper) {
    for (auto& route : routes_) {
        if (route->method != method) continue;
        auto next = *route;
        next.handler = wrapper(next.pattern, std::move(next.handler));
        route = std::make_shared<const Route>(std::move(next));
    }
}

Router::Match Router::match(Method method, std::string_view path) const {
    if (!path.starts_with('/')) return {};
    const auto segments = count_segments(path);
    const auto first = std::ranges::find_if(routes_, [&](const auto& route) {
        return route->segments.size() == segments && route->matches(path);
    });
    if (first == routes_.end()) return {};

    const auto wanted = method == Method::head ? Method::get : method;
    Match match;
    // The most specific pattern decides alone: "/streams/start" with a wrong method is not the stream
    // "start".
    for (auto route = first; route != routes_.end() && (*route)->compare(**first) == 0; ++route) {
        if ((*route)->method == wanted)
            return {
                .handler = &(*route)->handler,
                .gate = (*route)->access.scope ? gate_ : nullptr,
                .access = (*route)->access,
                .counts = (*route)->counts.get(),
                .parameters = (*route)->parameters_in(path),
            };
        match.allow += name_of((*route)->method);
        match.allow += (*route)->method == Method::get ? ", HEAD, " : ", ";
    }
    match.allow += "OPTIONS";
    return match;
}

std::vector<std::string> Router::routes() const {
    std::vector<std::string> names;
    names.reserve(routes_.size());
    for (const auto& route : routes_)
        names.push_back(route->name());
    std::ranges::sort(names);
    return names;
}

std::vector<std::pair<std::string, RouteTotals>> Router::totals() const {
    std::vector<std::pair<std::string, RouteTotals>> totals;
    for (const auto& route : routes_)
        if (const auto of_route = route->counts->totals(); of_route.requests() > 0)
            totals.emplace_back(route->name(), of_route);
    return totals;
}

}  // namespace tally::http
