// A set of 64-bit hashes in one allocation: counting a million viewers is a million probes of it.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace tally::analytics {

class HashSet {
public:
    /// True when it was not there yet.
    bool insert(std::uint64_t hash) {
        if (hash == empty_slot) return !std::exchange(has_zero_, true);
        if ((used_ + 1) * 4 > slots_.size() * 3) grow();
        auto& slot = slots_[place_of(hash)];
        if (slot == hash) return false;
        slot = hash;
        ++used_;
        return true;
    }

    bool contains(std::uint64_t hash) const {
        if (hash == empty_slot) return has_zero_;
        return !slots_.empty() && slots_[place_of(hash)] == hash;
    }

    std::size_t size() const { return used_ + (has_zero_ ? 1 : 0); }

    template <class Visit>
    void for_each(Visit visit) const {
        if (has_zero_) visit(empty_slot);
        for (const auto hash : slots_)
            if (hash != empty_slot) visit(hash);
    }

private:
    static constexpr std::uint64_t empty_slot = 0;
    static constexpr std::size_t first_size = 16;

    /// Where the slot is that holds `hash`, or the free one where it belongs.
    std::size_t place_of(std::uint64_t hash) const {
        const auto mask = slots_.size() - 1;
        // Multiplied, because the low bits of a prefix of hashes may be alike.
        auto at = static_cast<std::size_t>((hash * 0x9E37'79B9'7F4A'7C15ULL) >> 32) & mask;
        while (slots_[at] != empty_slot && slots_[at] != hash)
            at = (at + 1) & mask;
        return at;
    }

    void grow() {
        std::vector<std::uint64_t> old(std::max(first_size, slots_.size() * 2), empty_slot);
        old.swap(slots_);
        for (const auto hash : old)
            if (hash != empty_slot) slots_[place_of(hash)] = hash;
    }

    std::vector<std::uint64_t> slots_;  // a power of two, or none yet
    std::size_t used_ = 0;
    bool has_zero_ = false;
};

}  // namespace tally::analytics
