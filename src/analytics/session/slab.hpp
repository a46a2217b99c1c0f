// Sessions in blocks that never move; a row that is free is taken again.
#pragma once

#include "analytics/session/session.hpp"

namespace tally::analytics {

class Slab {
public:
    using Row = std::uint32_t;

    Row take();
    void give_back(Row row);

    Session& operator[](Row row) { return (*blocks_[row / block])[row % block]; }

    /// One past the highest row that was ever in use.
    Row end() const { return end_; }

    std::size_t size() const { return end_ - free_.size(); }

    /// When a row wants attention next, in seconds since 1970; `nothing` is never. Apart from the rows, so
    /// that looking through a million is quick.
    std::uint32_t& due(Row row) { return due_[row]; }

    static constexpr std::uint32_t nothing = std::numeric_limits<std::uint32_t>::max();

private:
    static constexpr Row block = 1024;

    std::vector<std::unique_ptr<std::array<Session, block>>> blocks_;
    std::vector<std::uint32_t> due_;
    std::vector<Row> free_;
    Row end_ = 0;
};

inline Slab::Row Slab::take() {
    if (!free_.empty()) {
        const auto row = free_.back();
        free_.pop_back();
        return row;
    }
    if (end_ % block == 0) blocks_.push_back(std::make_unique<std::array<Session, block>>());
    due_.push_back(nothing);
    return end_++;
}

inline void Slab::give_back(Row row) {
    (*this)[row] = Session{};
    due_[row] = nothing;
    free_.push_back(row);
}

}  // namespace tally::analytics
