#include "rtmp/service.hpp"

#include "net/spawn.hpp"
#include "rtmp/session.hpp"

namespace tally::rtmp {

void Service::accept(net::Socket socket, ConnectionLimit::Slot slot) {
    if (stopped_) return;
    auto session = std::make_shared<Session>(*this, std::move(socket), std::move(slot));
    sessions_.insert(session);
    net::spawn(executor_, "rtmp session deadline", Session::watch(session));
    net::spawn(executor_, "rtmp session", run_session(shared_from_this(), std::move(session)));
}

Async<> Service::run_session(std::shared_ptr<Service> self, std::shared_ptr<Session> session) {
    co_await session->run();
    self->sessions_.erase(session);
}

void Service::play(const std::shared_ptr<media::Stream>& stream, Player::Start start) {
    if (stopped_) return;
    auto& fanout = fanouts_[stream.get()];
    if (fanout) return fanout->join(std::move(start));
    fanout = std::make_shared<Fanout>(executor_, stream, load_, counts_->of(stream->id()), clock_);
    fanout->join(std::move(start));
    net::spawn(executor_, "rtmp fan-out", run_fanout(shared_from_this(), stream, fanout));
}

Async<> Service::run_fanout(
    std::shared_ptr<Service> self, std::shared_ptr<media::Stream> stream, std::shared_ptr<Fanout> fanout
) {
    co_await fanout->run();
    self->fanouts_.erase(stream.get());
}

void Service::stop() {
    stopped_ = true;
    for (const auto& session : sessions_)
        session->stop();
    for (const auto& [stream, fanout] : fanouts_)
        fanout->stop();
}

}  // namespace tally::rtmp
