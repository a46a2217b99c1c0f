#include "rtmp/wire_log.hpp"

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

namespace tally::rtmp {

Result<> WireLog::append(ByteView message, media::Ticks time) {
    auto position = end_;
    while (!message.empty()) {
        if (block_of(position) == blocks_.size()) {
            TRY(auto block, File::in_memory("rtmp"));
            blocks_.push_back(std::move(block));
        }
        const auto offset = static_cast<std::size_t>(position % block_size);
        const auto piece = message.first(std::min(message.size(), block_size - offset));
        if (auto written = blocks_[block_of(position)].write(offset, piece); !written) return written;
        position += piece.size();
        message = message.subspan(piece.size());
    }
    marks_.push_back({end_, time});
    end_ = position;
    return {};
}

std::size_t WireLog::block_of(Position position) const {
    return static_cast<std::size_t>((position - begin_) / block_size);
}

std::deque<WireLog::Mark>::const_iterator WireLog::mark_from(Position position) const {
    return std::ranges::lower_bound(marks_, position, {}, &Mark::begin);
}

WireLog::Position WireLog::wanted_begin(const Limits& limits, Position entry) const {
    if (marks_.empty()) return end_;
    const auto recent = std::ranges::find_if(marks_, [&](const Mark& mark) {
        return mark.begin >= entry || marks_.back().time - mark.time <= limits.duration;
    });
    const auto begin = recent == marks_.end() ? end_ : recent->begin;
    if (end_ - begin <= limits.bytes) return begin;
    return message_end(end_ - limits.bytes);
}

bool WireLog::frees(Position begin) const {
    return begin_ + block_size <= begin;
}

void WireLog::discard(Position begin) {
    for (; frees(begin); begin_ += block_size)
        blocks_.pop_front();
    marks_.erase(marks_.begin(), mark_from(begin));
}

WireLog::Position WireLog::message_end(Position position) const {
    const auto mark = mark_from(position);
    return mark == marks_.end() ? end_ : mark->begin;
}

std::size_t WireLog::messages_between(Position from, Position to) const {
    return from < to ? static_cast<std::size_t>(mark_from(to) - mark_from(from)) : 0;
}

std::size_t WireLog::send(net::Socket& socket, Position position, boost::system::error_code& error) const {
    auto offset = static_cast<off_t>(position % block_size);
    const auto size = std::min<std::size_t>(end_ - position, block_size - static_cast<std::size_t>(offset));
    ssize_t sent = 0;
    do {
        sent = ::sendfile(socket.native_handle(), blocks_[block_of(position)].descriptor(), &offset, size);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    error = {errno, boost::system::system_category()};
    return 0;
}

Result<Bytes> WireLog::copy(Position from, Position to) const {
    Bytes bytes(static_cast<std::size_t>(to - from));
    for (auto rest = std::span(bytes); !rest.empty();) {
        const auto offset = static_cast<std::size_t>(from % block_size);
        const auto piece = rest.first(std::min(rest.size(), block_size - offset));
        TRY(const auto size, blocks_[block_of(from)].read(offset, piece));
        from += size;
        rest = rest.subspan(size);
    }
    return bytes;
}

}  // namespace tally::rtmp
