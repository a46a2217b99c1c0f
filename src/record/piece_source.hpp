// A file that exists nowhere in one piece: a head in memory, then stretches of files.
#pragma once

#include "base/byte_source.hpp"
#include "base/file.hpp"

#include <memory>
#include <vector>

namespace tally::record {

struct Piece {
    std::shared_ptr<const File> file;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};

class PieceSource final : public ByteSource {
public:
    PieceSource(Bytes head, std::vector<Piece> pieces);

    std::uint64_t size() const override;
    Result<Bytes> read(std::uint64_t offset, std::size_t size) const override;

    /// What it holds in memory, in bytes.
    std::size_t memory() const { return head_.size() + pieces_.size() * sizeof(Placed); }

private:
    struct Placed {
        Piece piece;
        std::uint64_t start = 0;  // in the whole
    };

    Result<std::size_t> read_some(std::uint64_t offset, std::span<std::uint8_t> into) const;

    Bytes head_;
    std::vector<Placed> pieces_;
};

}  // namespace tally::record
