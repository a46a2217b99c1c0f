// How many different viewers: exact for most audiences, a HyperLogLog for those that outgrow it.
//
// HyperLogLog with 2^14 registers (Flajolet et al. 2007) and the estimator of Ertl (arXiv 1702.01284), which
// needs no correction tables. Relative standard error 0.81 %.
#pragma once

#include "analytics/sketch/hash_set.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <span>

namespace tally::analytics {

class DistinctCount {
public:
    static constexpr std::size_t exact_limit = 65'536;
    static constexpr double hll_error = 0.0081;

    /// What it is after more than exact_limit different hashes, of which `hashes` are those with the most
    /// leading zeros after the bits that choose the register: of each register one.
    static DistinctCount of_leasts(std::span<const std::uint64_t> hashes);

    /// `hash` is uniform over 64 bits: a truncated HMAC or digest.
    void add(std::uint64_t hash);
    /// Afterwards this is what it would be had it been given everything that `other` was given.
    void merge(const DistinctCount& other);

    std::uint64_t count() const;

    bool exact() const { return registers_.empty(); }

    /// Relative standard error of count().
    double error() const { return exact() ? 0 : hll_error; }

    void write(ByteWriter& to) const;
    static Result<DistinctCount> read(ByteReader& from);

private:
    void add_to_registers(std::uint64_t hash);
    void leave_exactness();
    double estimate() const;

    HashSet hashes_;                       // while exact
    std::vector<std::uint8_t> registers_;  // then
};

}  // namespace tally::analytics
