#include "analytics/session/visitors.hpp"

#include <fmt/format.h>

namespace tally::analytics {
namespace {

constexpr std::size_t longest_user_agent = 512;
constexpr std::chrono::seconds telling_interval{10};
constexpr std::chrono::minutes refusal{1};  // for which a name that is not ours is remembered

/// As it stands in the query: what we wrote needs no decoding.
std::string_view raw_parameter(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
            return pair.substr(name.size() + 1);
    }
    return {};
}

}  // namespace

Visitor& Visitors::visitor(const ClientTraits& traits, std::string_view channel, Time now) {
    const auto user_agent = traits.user_agent.substr(0, longest_user_agent);
    const auto alias = keys_.player(traits.address, user_agent, channel);
    if (auto* known = visitors_.find(alias); known != nullptr && now < known->until) return *known;
    auto client = clients_.find({traits.address, user_agent});
    const auto stand_in = keys_.fallback_session(client->network, user_agent, channel, now);
    const auto until = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    return visitors_.put(
        alias,
        {.client = std::move(client),
         .alias = alias,
         .stand_in = stand_in,
         .told = 0,
         .told_at = {},
         .until = std::chrono::time_point_cast<Milliseconds>(until)}
    );
}

const NamedView& Visitors::named(std::string_view query, const BroadcastEntry& broadcast, Time now) {
    static const NamedView nobody;
    const auto sid = raw_parameter(query, "sid");
    const auto token = raw_parameter(query, "tk");
    if (sid.empty() || token.empty()) return nobody;
    const auto key = keys_.name(sid, token, broadcast.id.text());
    if (const auto* known = named_.find(key); known != nullptr && now < known->until) return *known;
    NamedView view{.session = 0, .claims = nullptr, .until = now + refusal};
    if (const auto grant = tokens_.verify(token, broadcast.id.text(), now); grant && grant->sid == sid) {
        view.session = keys_.session(sid);
        view.until = grant->expires;
        if (grant->claims != Claims{}) view.claims = std::make_shared<const Claims>(grant->claims);
    }
    return named_.put(key, std::move(view));
}

std::string Visitors::name_in(std::string_view query, const BroadcastEntry& broadcast) {
    return fmt::format(
        "sid={}&cid={}&tk={}", raw_parameter(query, "sid"), broadcast.id.text(), raw_parameter(query, "tk")
    );
}

bool Visitors::fits(std::string_view address, SessionKey view, Time now) {
    return !NewcomerLimit::concerns(address) || newcomers_.fits(keys_.player(address, {}, {}), view, now);
}

bool Visitors::tell(Visitor& visitor, SessionKey session, Time now) {
    if (visitor.told == session && now - visitor.told_at < telling_interval) return false;
    visitor.told = session;
    visitor.told_at = now;
    return true;
}

}  // namespace tally::analytics
