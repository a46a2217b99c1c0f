#include "media/publisher.hpp"

#include "media/stream.hpp"

#include <utility>

namespace tally::media {

Publisher::Publisher(std::shared_ptr<Stream> stream, std::uint64_t session)
    : stream_(std::move(stream)),
      session_(session) {}

Publisher::~Publisher() {
    leave(false);
}

void Publisher::set_format(Kind kind, codec::Format format) {
    stream_->at_home([stream = stream_, session = session_, kind, format = std::move(format)]() mutable {
        if (session == stream->feeding_) stream->take_format(kind, std::move(format));
    });
}

void Publisher::push(SourceFrame frame) {
    if (revoked()) return;
    stream_->last_sent_.store(frame.arrived, std::memory_order_relaxed);
    stream_->at_home([stream = stream_, session = session_, frame = std::move(frame)]() mutable {
        if (session == stream->feeding_) stream->take_frame(std::move(frame));
    });
}

void Publisher::set_rtt(std::chrono::microseconds rtt) {
    stream_->at_home([stream = stream_, session = session_, rtt] {
        if (session == stream->feeding_) stream->meter_.set_rtt(rtt);
    });
}

void Publisher::refuse(Kind kind, bool damaged) {
    if (damaged)
        stream_->meter().count_damaged_encoder();
    else
        stream_->meter().count_refused_encoder(kind);
}

void Publisher::goodbye() {
    leave(true);
}

void Publisher::refuse() {
    stream_->at_home([stream = stream_, session = session_] {
        if (session == stream->feeding_ && stream->events_.refused) stream->events_.refused();
    });
}

bool Publisher::revoked() const {
    return stream_->session_.load(std::memory_order_relaxed) != session_;
}

const StreamId& Publisher::stream() const {
    return stream_->id();
}

void Publisher::leave(bool goodbye) {
    if (std::exchange(left_, true)) return;
    stream_->release(session_);
    stream_->at_home([stream = stream_, session = session_, goodbye] {
        if (session == stream->feeding_) stream->take_leave(goodbye);
    });
}

}  // namespace tally::media
