#include "app/audience.hpp"

#include "analytics/classifier.hpp"
#include "analytics/collect/collect_routes.hpp"
#include "analytics/engagement/engagement_routes.hpp"
#include "analytics/privacy/viewer_routes.hpp"
#include "analytics/query/question.hpp"
#include "analytics/realtime/realtime_routes.hpp"
#include "base/log.hpp"
#include "net/spawn.hpp"

namespace tally::app {
namespace {

using analytics::Delivery;

constexpr std::chrono::seconds first_retry{1};
constexpr std::chrono::seconds longest_retry{30};

std::string secret_for(const Storage& storage, std::string_view purpose) {
    const auto digest = storage.secret.sign("analytics", purpose);
    return {digest.begin(), digest.end()};
}

/// A player over RTMP, for as long as it is connected.
class RtmpViewing final : public rtmp::Viewing {
public:
    RtmpViewing(analytics::Engine& engine, const Clock& clock, Delivery delivery)
        : engine_(engine),
          clock_(clock),
          delivery_(std::move(delivery)) {
        tell();
    }

    RtmpViewing(const RtmpViewing&) = delete;
    RtmpViewing& operator=(const RtmpViewing&) = delete;

    ~RtmpViewing() override {
        delivery_.closed = true;
        tell();
    }

    void sent(std::size_t bytes) override {
        delivery_.bytes += bytes;
        if (clock_.monotonic() - told_ >= interval) tell();
    }

private:
    static constexpr std::chrono::seconds interval{2};

    void tell() {
        told_ = clock_.monotonic();
        if (!engine_.is_running()) return;
        engine_.take(delivery_);
        delivery_.bytes = 0;
    }

    analytics::Engine& engine_;
    const Clock& clock_;
    Delivery delivery_;
    Instant told_{};
};

}  // namespace

analytics::Classify classify_with(const config::Geo& geo) {
    auto places = analytics::Places::open(geo.database, geo.asn_database);
    if (!places) log::error("where viewers are stays unknown", {{"cause", places.error().context}});
    const auto classifier =
        std::make_shared<const analytics::Classifier>(places ? *std::move(places) : analytics::Places());
    return [classifier](const analytics::ClientTraits& traits, analytics::Client& client) {
        client.robot = classifier->describe(traits.address, traits.user_agent, client.dimensions);
    };
}

Audience::Audience(Parts parts)
    : parts_(std::move(parts)),
      keys_(secret_for(parts_.storage, "viewers")),
      tokens_(secret_for(parts_.storage, "beacon tokens")),
      journal_(parts_.storage.directory / "analytics-journal", parts_.clock),
      engine_({
          .executors = parts_.runtime.executors(),
          .clock = parts_.clock,
          .store = parts_.facts,
          .archive = parts_.facts,
          .classify = parts_.classify,
      }),
      collector_({
          .engine = engine_,
          .journal = journal_,
          .keys = keys_,
          .tokens = tokens_,
          .clock = parts_.clock,
      }),
      engagement_({
          .executor = parts_.runtime.executor(0),
          .engine = engine_,
          .store = parts_.facts,
          .keys = keys_,
          .clock = parts_.clock,
      }) {
    for (const auto& lane : engine_.lanes())
        visitors_.emplace_back(lane->clients(), keys_, tokens_);
}

Async<> Audience::start() {
    co_await reopen_ended();
    if (const auto loaded = collector_.load(); !loaded)
        log::error("analytics start without their journal", {{"cause", loaded.error().context}});
    const auto caught_up = co_await collector_.catch_up();
    if (caught_up) co_return run();
    log::error("analytics wait for their store", {{"cause", caught_up.error().context}});
    net::spawn(parts_.runtime.executor(0), "analytics start", start_later());
}

/// What ended a while ago is reported on until its numbers are final.
Async<> Audience::reopen_ended() {
    const control::BroadcastFilter filter{.ended_from = parts_.clock.now() - analytics::Question::settling};
    control::PageRequest request{.limit = 200};
    do {
        auto page = co_await parts_.broadcasts.list(filter, control::BroadcastOrder::created, request);
        for (const auto& details : page.items) {
            const auto& broadcast = details.broadcast;
            engine_.reopen(broadcast.id, broadcast.channel_id, *broadcast.ended_at);
        }
        request.after = std::move(page.next);
    } while (request.after);
}

/// The store is away. Nothing is counted before what it has is known; reports wait in the journal.
Async<> Audience::start_later() {
    net::Timer timer(parts_.runtime.executor(0));
    for (auto pause = first_retry; !stopped_; pause = std::min(2 * pause, longest_retry)) {
        timer.expires_after(pause);
        co_await timer.async_wait(as_result);
        if (stopped_ || !co_await collector_.catch_up()) continue;
        log::info("analytics go on: the store is back");
        co_return run();
    }
}

void Audience::run() {
    engine_.run();
    net::spawn(parts_.runtime.executor(0), "analytics journal", keep_journal_short());
}

/// What the store has needs no journal any more.
Async<> Audience::keep_journal_short() {
    net::Timer timer(parts_.runtime.executor(0));
    while (!stopped_) {
        timer.expires_after(std::chrono::seconds(15));
        co_await timer.async_wait(as_result);
        journal_.release(engine_.stored_until());
    }
}

Async<> Audience::stop() {
    stopped_ = true;
    co_await engine_.stop();
}

void Audience::on_air(const control::LiveStart& start) {
    const auto broadcast = engine_.open(start.broadcast, start.channel);
    const std::scoped_lock lock(changing_);
    auto next = std::make_shared<Channels>(*channels_.load());
    next->insert_or_assign(start.channel.text(), broadcast);
    channels_.store(std::move(next));
}

void Audience::over(const BroadcastId& broadcast) {
    {
        const std::scoped_lock lock(changing_);
        auto next = std::make_shared<Channels>(*channels_.load());
        std::erase_if(*next, [&](const auto& each) { return each.second->id == broadcast; });
        channels_.store(std::move(next));
    }
    net::spawn(parts_.runtime.executor(0), "audience end", end(broadcast));
}

/// What has not begun to be counted ends later.
Async<> Audience::end(BroadcastId broadcast) {
    net::Timer timer(parts_.runtime.executor(0));
    while (!engine_.is_running() && !stopped_) {
        timer.expires_after(first_retry);
        co_await timer.async_wait(as_result);
    }
    co_await engine_.close(broadcast);
}

analytics::BroadcastPtr Audience::playing(std::string_view channel) const {
    const auto channels = channels_.load();
    const auto found = channels->find(channel);
    return found == channels->end() ? nullptr : found->second;
}

/// What the request says by CMCD, of its view and of how that plays.
void Audience::read_cmcd(const http::Request& request, Delivery& delivery) const {
    std::string text;
    if (request.query.contains("CMCD=")) text = request.query_parameter("CMCD").value_or("");
    for (const auto* name : {"CMCD-Session", "CMCD-Request", "CMCD-Object", "CMCD-Status"}) {
        const auto part = request.header(name);
        if (part.empty()) continue;
        if (!text.empty()) text += ',';
        text += part;
    }
    if (text.empty()) return;
    auto record = analytics::parse_cmcd(text);
    if (!record) return;
    if (!record->sid.empty()) delivery.session = keys_.session(record->sid);
    if (record->object == "a") record->beacon.bitrate_kbps = analytics::absent;  // the picture's is meant
    delivery.told = std::make_shared<const analytics::Beacon>(std::move(record->beacon));
}

std::string Audience::greet(const http::Request& request, const cdn::LiveChannel& channel, Took first) {
    const auto broadcast = playing(channel.id.text());
    if (!broadcast) return {};
    Delivery known;
    read_cmcd(request, known);
    const auto now = parts_.clock.now();
    auto& visitors = visitors_[engine_.index_here()];
    if (known.session != 0) return {};
    // A page that looks before it plays asks twice, and is one viewer.
    if (visitors.named(request.query, *broadcast, now).session != 0)
        return first == Took::first ? analytics::Visitors::name_in(request.query, *broadcast) : std::string();
    const auto sid = random_token(12);
    const auto claims = parts_.claims(request, channel);
    return fmt::format(
        "sid={}&cid={}&tk={}",
        sid,
        broadcast->id.text(),
        tokens_.issue(
            broadcast->id,
            {.sid = sid,
             .expires = now + analytics::BeaconTokens::lifetime,
             .claims = claims ? *claims : analytics::Claims()}
        )
    );
}

void Audience::took(
    const http::Request& request, const cdn::LiveChannel& channel, Took what, std::uint64_t bytes
) {
    if (what == Took::first || request.method != http::Method::get || !engine_.is_running()) return;
    auto broadcast = playing(channel.id.text());
    if (!broadcast) return;
    const auto now = parts_.clock.now();
    auto& visitors = visitors_[engine_.index_here()];
    auto& visitor = visitors.visitor({request.peer, request.header("User-Agent")}, channel.id.text(), now);
    Delivery delivery;
    read_cmcd(request, delivery);
    if (delivery.session == 0) {
        const auto& view = visitors.named(request.query, *broadcast, now);
        delivery.session = view.session;
        delivery.claims = view.claims;
    }
    delivery.broadcast = std::move(broadcast);
    delivery.client = visitor.client;
    delivery.stand_in = visitor.stand_in;
    delivery.protocol = what == Took::manifest ? analytics::Protocol::dash : analytics::Protocol::hls;
    delivery.bytes = bytes;
    if (what == Took::media) delivery.kind = Delivery::Kind::media;
    if (what == Took::manifest) delivery.kind = Delivery::Kind::manifest;
    // A player that was given a media playlist's address has no name, and is one viewer all the same.
    if (what == Took::playlist && delivery.session == 0) delivery.session = visitor.stand_in;
    const bool unnamed = delivery.session == 0;
    if (unnamed || analytics::Visitors::tell(visitor, delivery.session, now)) delivery.alias = visitor.alias;
    if (!unnamed && delivery.alias != 0)
        delivery.crowded = !visitors.fits(request.peer, delivery.session, now);
    engine_.take(std::move(delivery));
}

/// A recording's segments have addresses that all viewers share: who says no view by CMCD is known by network
/// and player.
void Audience::took_recorded(
    const http::Request& request, const cdn::BroadcastFacts& broadcast, std::uint64_t bytes
) {
    if (request.method != http::Method::get || !engine_.is_running()) return;
    const auto id = analytics::recording_of(broadcast.id);
    if (!id) return;
    const auto now = parts_.clock.now();
    auto entry = engine_.broadcasts().find(id->text());
    if (!entry) entry = engine_.open(*id, broadcast.channel);
    entry->watched = now.time_since_epoch().count();
    auto& visitors = visitors_[engine_.index_here()];
    const auto& visitor = visitors.visitor({request.peer, request.header("User-Agent")}, id->text(), now);
    Delivery delivery;
    read_cmcd(request, delivery);
    if (delivery.session == 0)
        delivery.session = visitor.stand_in;
    else
        delivery.crowded = !visitors.fits(request.peer, delivery.session, now);
    delivery.session = analytics::recorded_view(delivery.session, entry->opened);
    delivery.kind = Delivery::Kind::media;
    delivery.broadcast = std::move(entry);
    delivery.client = visitor.client;
    delivery.bytes = bytes;
    engine_.take(std::move(delivery));
}

std::shared_ptr<rtmp::Viewing> Audience::watch_rtmp(const ChannelId& channel, const std::string& peer) {
    const auto broadcast = playing(channel.text());
    if (!broadcast) return nullptr;
    Delivery delivery;
    delivery.broadcast = broadcast;
    delivery.client = engine_.here().clients().find({peer.substr(0, peer.rfind(':')), ""});
    delivery.session = keys_.session(random_token(16));
    delivery.protocol = analytics::Protocol::rtmp;
    delivery.held = true;
    return std::make_shared<RtmpViewing>(engine_, parts_.clock, std::move(delivery));
}

void Audience::add_routes(http::Router& router) {
    auto find = [this](BroadcastId id) -> Task<std::optional<bool>> {
        try {
            const auto found = co_await parts_.broadcasts.get(id);
            co_return found ? std::optional(found->broadcast.ended_at.has_value()) : std::nullopt;
        } catch (const sql::Unavailable& error) {
            co_return fail(Errc::io, error.what());
        }
    };
    analytics::add_collect_route(router, "/api/analytics/collect", collector_);
    analytics::add_realtime_route(router, engine_, std::move(find), parts_.clock);
    analytics::add_engagement_route(router, engagement_, engine_, tokens_, parts_.clock);
    analytics::add_viewer_routes(router, engine_, parts_.facts, keys_);
}

void Audience::add_delivery_routes(http::Router& router) {
    analytics::add_collect_route(router, "/cmcd", collector_);
    analytics::add_public_viewers_route(
        router,
        engine_,
        [this](std::string_view name) -> std::optional<BroadcastId> {
            const auto channel = parts_.directory.find(name);
            const auto broadcast = channel ? playing(channel->id.text()) : nullptr;
            return broadcast ? std::optional(broadcast->id) : std::nullopt;
        }
    );
}

}  // namespace tally::app
