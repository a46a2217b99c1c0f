#include "rtmp/session.hpp"

#include "base/log.hpp"
#include "rtmp/service.hpp"

#include <boost/asio/write.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace tally::rtmp {
namespace {

constexpr std::chrono::seconds setup_limit{10};    // from connecting to publish or play
constexpr std::chrono::seconds silence_limit{30};  // of an encoder that publishes
constexpr std::chrono::seconds farewell_limit{2};  // for a refused client to read why
constexpr std::chrono::seconds rtt_interval{1};
constexpr std::size_t setup_read_size = 4 * 1024;
constexpr std::size_t publish_read_size = 64 * 1024;

std::optional<std::chrono::microseconds> round_trip_time(net::Socket& socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(socket.native_handle(), IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
    return std::chrono::microseconds(info.tcpi_rtt);
}

}  // namespace

Session::Session(Service& service, net::Socket socket, ConnectionLimit::Slot slot)
    : service_(service),
      socket_(std::move(socket)),
      slot_(std::move(slot)),
      peer_(net::peer_name(socket_)),
      timer_(service.executor()),
      deadline_(service.clock().monotonic() + setup_limit) {
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

Async<> Session::run() {
    const auto outcome = co_await serve();
    if (!outcome)
        log::debug("rtmp connection closed", {{"peer", peer_}, {"reason", outcome.error().context}});
    stop();
}

void Session::stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
}

Async<> Session::watch(std::shared_ptr<Session> self) {
    while (self->socket_.is_open()) {
        if (self->service_.clock().monotonic() >= self->deadline_) co_return self->stop();
        self->timer_.expires_at(self->deadline_);
        co_await self->timer_.async_wait(as_result);
    }
}

Task<> Session::serve() {
    for (;;) {
        CO_TRY(auto event, co_await next_event());
        if (auto* publish_asked = std::get_if<PublishAsked>(&event)) {
            if (auto done = co_await publish(std::move(publish_asked->request)); !done) co_return done;
        } else if (auto* play_asked = std::get_if<PlayAsked>(&event)) {
            co_return co_await play(std::move(play_asked->request));
        }
    }
}

Task<> Session::publish(StreamRequest request) {
    auto publisher = co_await service_.access().publish(with_peer(std::move(request)));
    if (!publisher) {
        const auto& error = publisher.error();
        log::warn("rtmp publish refused", {{"peer", peer_}, {"reason", error.context}});
        const bool taken = error.code == Errc::conflict;
        connection_.refuse_publish(
            taken ? "NetStream.Publish.BadName" : "NetStream.Publish.Denied", error.context
        );
        co_return co_await part(error);
    }
    Publication publication(*std::move(publisher));
    connection_.accept_publish();
    const auto stream = publication.publisher().stream().text();
    log::info("rtmp publish started", {{"peer", peer_}, {"stream", stream}});
    publishing_ = true;
    deadline_ = service_.clock().monotonic() + silence_limit;
    auto outcome = co_await receive(publication);
    publishing_ = false;
    deadline_ = service_.clock().monotonic() + setup_limit;
    log::info(
        "rtmp publish ended",
        {{"peer", peer_}, {"stream", stream}, {"reason", outcome ? "goodbye" : outcome.error().context}}
    );
    if (outcome) co_return outcome;
    connection_.end_publish(outcome.error().context);
    co_return co_await part(outcome.error());
}

/// Until the encoder says goodbye; an error when it is lost, or sends what cannot be carried.
Task<> Session::receive(Publication& publication) {
    Instant next_rtt{};
    for (;;) {
        CO_TRY(auto event, co_await next_event());
        if (publication.publisher().revoked())
            co_return fail(Errc::closed, "the stream has ended or another encoder took over");
        if (std::holds_alternative<Goodbye>(event)) {
            publication.publisher().goodbye();
            co_return Result<>();
        }
        if (auto taken = take(std::move(event), publication); !taken) {
            if (taken.error().code == Errc::unsupported) publication.publisher().refuse();
            co_return taken;
        }
        if (arrived_ < next_rtt) continue;
        next_rtt = arrived_ + rtt_interval;
        if (const auto rtt = round_trip_time(socket_)) publication.publisher().set_rtt(*rtt);
    }
}

Result<> Session::take(Event event, Publication& publication) const {
    if (auto* message = std::get_if<Message>(&event)) return publication.take(std::move(*message), arrived_);
    const auto* metadata = std::get_if<Metadata>(&event);
    const auto* encoder = metadata ? metadata->values.find("encoder") : nullptr;
    if (encoder) log::info("rtmp encoder", {{"peer", peer_}, {"name", encoder->text().substr(0, 64)}});
    return {};
}

Task<> Session::play(StreamRequest request) {
    const auto asked = with_peer(std::move(request));
    auto stream = co_await service_.access().play(asked);
    if (!stream) {
        log::debug("rtmp play refused", {{"peer", peer_}, {"reason", stream.error().context}});
        connection_.refuse_play(stream.error().context);
        co_return co_await part(stream.error());
    }
    connection_.accept_play();
    service_.play(
        *stream,
        {
            .socket = std::move(socket_),
            .slot = std::move(slot_),
            .reader = connection_.take_reader(),
            .input = Bytes(input_.begin(), input_.end()),
            .output = connection_.take_output(),
            .viewing = service_.access().watch(asked),
        }
    );
    co_return Result<>();
}

/// Lets the client read why it is being closed: closing at once could reset the connection under the answer.
Task<> Session::part(Error reason) {
    deadline_ = service_.clock().monotonic() + farewell_limit;
    timer_.cancel();
    if (auto sent = co_await flush(); !sent) co_return sent;
    boost::system::error_code error;
    socket_.shutdown(net::Socket::shutdown_send, error);
    while (!error)
        std::tie(error, std::ignore) = co_await socket_.async_read_some(asio::buffer(buffer_), as_result);
    co_return std::unexpected(std::move(reason));
}

StreamRequest Session::with_peer(StreamRequest request) const {
    boost::system::error_code error;
    auto address = socket_.remote_endpoint(error).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    request.peer = peer_;
    request.loopback = address.is_loopback();
    return request;
}

/// Sends what is due before it waits for more input.
Task<Event> Session::next_event() {
    for (;;) {
        auto event = connection_.next(input_);
        if (auto sent = co_await flush(); !sent) co_return std::unexpected(sent.error());
        if (!event) co_return std::unexpected(event.error());
        if (std::optional<Event>& due = *event; due) co_return std::move(*due);
        buffer_.resize(publishing_ ? publish_read_size : setup_read_size);
        auto [error, size] = co_await socket_.async_read_some(asio::buffer(buffer_), as_result);
        if (error) co_return std::unexpected(io_error(error, "read"));
        arrived_ = service_.clock().monotonic();
        if (publishing_) deadline_ = arrived_ + silence_limit;
        input_ = ByteView(buffer_).first(size);
    }
}

Task<> Session::flush() {
    const auto output = connection_.take_output();
    auto [error, size] = co_await asio::async_write(socket_, asio::buffer(output), as_result);
    if (error) co_return std::unexpected(io_error(error, "write"));
    co_return Result<>();
}

}  // namespace tally::rtmp
