// Finds the stretch an offset lies in by binary search.
#include "record/piece_source.hpp"

namespace tally::record {

PieceSource::PieceSource(Bytes head, std::vector<Piece> pieces) : head_(std::move(head)) {
    pieces_.reserve(pieces.size());
    std::uint64_t start = head_.size();
    for (auto& piece : pieces) {
        const auto size = piece.size;
        pieces_.push_back({.piece = std::move(piece), .start = start});
        start += size;
    }
}

std::uint64_t PieceSource::size() const {
    return pieces_.empty() ? head_.size() : pieces_.back().start + pieces_.back().piece.size;
}

Result<Bytes> PieceSource::read(std::uint64_t offset, std::size_t size) const {
    Bytes bytes(size);
    std::size_t done = 0;
    while (done < size) {
        TRY(const auto count, read_some(offset + done, std::span(bytes).subspan(done)));
        if (count == 0) return fail(Errc::io, "recording: media is shorter than its index says");
        done += count;
    }
    return bytes;
}

/// From the head or from one piece.
Result<std::size_t> PieceSource::read_some(std::uint64_t offset, std::span<std::uint8_t> into) const {
    if (offset < head_.size()) {
        const auto from = ByteView(head_).subspan(static_cast<std::size_t>(offset));
        const auto count = std::min(from.size(), into.size());
        std::ranges::copy(from.first(count), into.begin());
        return count;
    }
    const auto behind = std::ranges::upper_bound(pieces_, offset, {}, &Placed::start);
    if (behind == pieces_.begin()) return 0;
    const auto& [piece, start] = *std::prev(behind);
    const auto within = offset - start;
    if (within >= piece.size) return 0;
    const auto count = std::min<std::uint64_t>(piece.size - within, into.size());
    return piece.file->read(piece.offset + within, into.first(static_cast<std::size_t>(count)));
}

}  // namespace tally::record
