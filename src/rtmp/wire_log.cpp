#include "rtmp/wire_log.hpp"

#include <algorithm>

namespace tally::rtmp {

void WireLog::append(ByteView message, media::Ticks time) {
    marks_.push_back({end_, time});
    while (!message.empty()) {
        if (blocks_.empty() || blocks_.back().bytes.size() == block_size) {
            blocks_.push_back({.begin = end_, .bytes = {}});
            blocks_.back().bytes.reserve(block_size);
        }
        auto& bytes = blocks_.back().bytes;
        const auto piece = message.first(std::min(message.size(), block_size - bytes.size()));
        bytes.insert(bytes.end(), piece.begin(), piece.end());
        end_ += piece.size();
        message = message.subspan(piece.size());
    }
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
    return !blocks_.empty() && blocks_.front().begin + block_size <= begin;
}

void WireLog::discard(Position begin) {
    while (frees(begin))
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

std::size_t WireLog::read(Position position, std::span<boost::asio::const_buffer> buffers) const {
    if (position == end_) return 0;
    auto index = static_cast<std::size_t>((position - blocks_.front().begin) / block_size);
    std::size_t count = 0;
    for (; index < blocks_.size() && count < buffers.size(); ++index, ++count) {
        const auto& block = blocks_[index];
        const auto bytes = ByteView(block.bytes).subspan(static_cast<std::size_t>(position - block.begin));
        buffers[count] = {bytes.data(), bytes.size()};
        position += bytes.size();
    }
    return count;
}

Bytes WireLog::copy(Position from, Position to) const {
    Bytes bytes;
    while (from < to) {
        std::array<boost::asio::const_buffer, 1> piece;
        read(from, piece);
        const auto* data = static_cast<const std::uint8_t*>(piece[0].data());
        const auto size = std::min(piece[0].size(), static_cast<std::size_t>(to - from));
        bytes.insert(bytes.end(), data, data + size);
        from += size;
    }
    return bytes;
}

}  // namespace tally::rtmp
