#include "app/rtmp_access.hpp"

namespace tally::app {
namespace {

constexpr std::string_view only_app = "live";

/// What was asked for is not repeated: a mistaken URL may have the key in it.
std::unexpected<Error> wrong_app() {
    return fail(Errc::not_found, fmt::format("the application is \"{}\": rtmp://HOST/live/KEY", only_app));
}

/// An encoder that dials again every few seconds stays below; who tries keys does not get far.
constexpr control::RateLimit::Rule refusals_a_minute{.uses = 30, .period = std::chrono::seconds(60)};

/// Of "203.0.113.7:50412" or "[2001:db8::1]:50412".
std::string address_of(std::string_view peer) {
    auto address = peer.substr(0, peer.rfind(':'));
    if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
    return std::string(address);
}

}  // namespace

RtmpAccess::RtmpAccess(
    control::IngestService& ingest,
    const control::ChannelNames& names,
    LiveStreams& streams,
    const cdn::PlaybackGuard& guard,
    const Clock& clock
)
    : ingest_(ingest),
      names_(names),
      streams_(streams),
      guard_(guard),
      clock_(clock),
      refusals_(refusals_a_minute) {}

Task<std::unique_ptr<media::Publisher>> RtmpAccess::publish(rtmp::StreamRequest request) {
    if (request.app != only_app) co_return wrong_app();
    CO_TRY(const auto admission, co_await admit(request));
    CO_TRY(const auto stream, co_await streams_.stream(admission.stream));
    co_return stream->attach();
}

Task<control::Admission> RtmpAccess::admit(const rtmp::StreamRequest& request) {
    const auto address = address_of(request.peer);
    if (const auto wait = refusals_.wait(address, clock_.monotonic()); wait > wait.zero()) {
        refused_keys_.fetch_add(1, std::memory_order_relaxed);
        co_return fail(
            Errc::refused, fmt::format("too many refused attempts from this address: wait {} s", wait.count())
        );
    }
    const control::PublishRequest asked{
        .name = request.stream,
        .key = std::string(request.parameter("key")),
        .loopback = request.loopback,
    };
    // The hook is asked before anything begins for the encoder.
    if (hooks_ && hooks_->asks_to_publish()) {
        const auto channel = co_await ingest_.channel_of(asked);
        if (!channel) co_return note(address, channel.error());
        if (auto allowed = co_await ask_to_publish(*channel, address); !allowed)
            co_return std::unexpected(std::move(allowed).error());
    }
    auto admission = co_await ingest_.admit(asked);
    if (!admission) co_return note(address, admission.error());
    co_return admission;
}

/// Who tries keys is slowed down.
std::unexpected<Error> RtmpAccess::note(const std::string& address, const Error& error) {
    if (error.code == Errc::refused) {
        refused_keys_.fetch_add(1, std::memory_order_relaxed);
        refusals_.take(address, clock_.monotonic());
    }
    return std::unexpected(error);
}

Task<> RtmpAccess::ask_to_publish(const control::Channel& channel, const std::string& address) {
    co_return co_await hooks_->publish({
        .channel = channel.id,
        .broadcast = channel.current_broadcast_id.value_or(BroadcastId()),
        .protocol = "rtmp",
        .address = address,
    });
}

Task<> RtmpAccess::ask_to_play(
    const ChannelId& channel, const BroadcastId& broadcast, const std::string& address
) {
    co_return co_await hooks_->play(
        {.channel = channel, .broadcast = broadcast, .protocol = "rtmp", .address = address}
    );
}

Task<std::shared_ptr<media::Stream>> RtmpAccess::play(rtmp::StreamRequest request) {
    if (request.app != only_app) co_return wrong_app();
    const auto channel = names_.find(request.stream);
    if (!channel) co_return fail(Errc::not_found, "there is no such channel");
    const auto audience = streams_.audience(channel->id);
    const auto address = address_of(request.peer);
    if (audience.restricted) {
        const auto allowed =
            guard_.check(request.parameter("token"), address, channel->id, audience.broadcast);
        if (!allowed) co_return fail(Errc::refused, allowed.error().detail);
    }
    if (hooks_ && hooks_->asks_to_play()) {
        const auto allowed = co_await ask_to_play(channel->id, audience.broadcast, address);
        if (!allowed) co_return std::unexpected(allowed.error());
    }
    co_return co_await streams_.playing(channel->id);
}

std::shared_ptr<rtmp::Viewing> RtmpAccess::watch(const rtmp::StreamRequest& request) {
    const auto channel = names_.find(request.stream);
    return audience_ && channel ? audience_->watch_rtmp(channel->id, request.peer) : nullptr;
}

}  // namespace tally::app
