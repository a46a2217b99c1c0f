// Percentiles of positive numbers within 1 % of their value: DDSketch (Masson, Rim and Lee, VLDB 2019).
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>

namespace tally::analytics {

class Quantiles {
public:
    /// A quantile differs from the true one by at most this part of it.
    static constexpr double relative_error = 0.01;
    /// More bins than 1e-3 to 1e12 needs; of values outside, those that are nearest to zero lose precision.
    static constexpr std::size_t bin_limit = 2048;

    /// Zero and below count as zero. `weight`: how often, or for how long.
    void add(double value, std::uint64_t weight = 1);
    void merge(const Quantiles& other);

    /// The middle of a bin: of values whose logarithm to the base (1 + relative_error) / (1 - relative_error)
    /// is at most `bin`, and more than that of the bin before.
    static double value_of(std::int32_t bin);

    std::uint64_t count() const { return count_; }

    /// The smallest value that `q` (0..1) of the weight does not exceed; empty when nothing was added.
    std::optional<double> at(double q) const;

    void write(ByteWriter& to) const;
    static Result<Quantiles> read(ByteReader& from);

private:
    void add_to_bin(std::int32_t index, std::uint64_t weight);
    void cover(std::int32_t index);

    std::uint64_t count_ = 0;
    std::uint64_t zeros_ = 0;
    std::int32_t first_ = 0;  // index of bins_[0]
    std::vector<std::uint64_t> bins_;
};

}  // namespace tally::analytics
