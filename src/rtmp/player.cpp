#include "rtmp/player.hpp"

#include "rtmp/command.hpp"

#include <sys/socket.h>

#include <array>

namespace tally::rtmp {

Player::Player(Start start, std::shared_ptr<const WireLog> log, const Clock& clock)
    : socket_(std::move(start.socket)),
      slot_(std::move(start.slot)),
      viewing_(std::move(start.viewing)),
      reader_(std::move(start.reader)),
      log_(std::move(log)),
      clock_(clock),
      prefix_(std::move(start.output)),
      progress_(clock.monotonic()) {}

void Player::start(ByteView input) {
    boost::system::error_code error;
    socket_.non_blocking(true, error);
    send();
    hear(input);
    await_input();
}

void Player::leave() {
    if (!entered_) return;
    const auto rest = log_->copy(position_, log_->message_end(position_));
    if (!rest) return close();
    prefix_.insert(prefix_.end(), rest->begin(), rest->end());
    entered_ = false;
}

void Player::enter(const Bytes& head, WireLog::Position position) {
    prefix_.insert(prefix_.end(), head.begin(), head.end());
    position_ = position;
    entered_ = true;
}

void Player::send() {
    while (!full_ && !closed() && !drained()) {
        boost::system::error_code error;
        const auto sent = prefix_.empty() ? log_->send(socket_, position_, error) : send_prefix(error);
        if (sent > 0) advance(sent);
        if (error == asio::error::would_block) return await_room();
        if (error) return close();
    }
}

std::size_t Player::send_prefix(boost::system::error_code& error) {
    // The log's bytes follow at once, in the same packets.
    const net::Socket::message_flags flags = entered_ && position_ != log_->end() ? MSG_MORE : 0;
    return socket_.send(asio::buffer(prefix_) + prefix_sent_, flags, error);
}

void Player::advance(std::size_t sent) {
    progress_ = clock_.monotonic();
    if (viewing_) viewing_->sent(sent);
    if (prefix_.empty()) {
        position_ += sent;
        return;
    }
    prefix_sent_ += sent;
    if (prefix_sent_ < prefix_.size()) return;
    prefix_ = {};
    prefix_sent_ = 0;
}

bool Player::drained() const {
    return prefix_.empty() && (!entered_ || position_ == log_->end());
}

void Player::await_room() {
    full_ = true;
    socket_.async_wait(net::Socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
        if (error) return;
        self->full_ = false;
        self->send();
    });
}

void Player::await_input() {
    if (closed()) return;
    socket_.async_wait(net::Socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
        if (!error) self->read_input();
    });
}

void Player::read_input() {
    if (closed()) return;
    std::array<std::uint8_t, 1024> buffer{};
    boost::system::error_code error;
    const auto size = socket_.read_some(asio::buffer(buffer), error);
    if (error && error != asio::error::would_block) return close();
    hear(ByteView(buffer).first(size));
    await_input();
}

/// Of all that a player may say, only that it leaves matters.
void Player::hear(ByteView input) {
    while (!closed()) {
        auto outcome = reader_.next(input);
        if (!outcome) return close();
        const std::optional<Message>& message = *outcome;
        if (!message) return;
        if (message->type != MessageType::command_amf0 && message->type != MessageType::command_amf3)
            continue;
        const auto command = parse_command(*message);
        if (!command || command->name == "closeStream" || command->name == "deleteStream") close();
    }
}

void Player::close() {
    boost::system::error_code ignored;
    socket_.shutdown(net::Socket::shutdown_both, ignored);
    socket_.close(ignored);
    slot_.reset();
    viewing_.reset();
    prefix_ = {};
    prefix_sent_ = 0;
    entered_ = false;
}

}  // namespace tally::rtmp
