#include "analytics/sketch/quantiles.hpp"

#include <cmath>

namespace tally::analytics {

namespace {

constexpr double gamma = (1 + Quantiles::relative_error) / (1 - Quantiles::relative_error);
/// Values below are zero: no metric is that fine.
constexpr double smallest = 1e-6;
constexpr double largest = 1e15;
constexpr std::int32_t index_limit = 1 << 16;

std::int32_t index_of(double value) {
    static const double scale = 1 / std::log(gamma);
    return static_cast<std::int32_t>(std::ceil(std::log(std::min(value, largest)) * scale));
}

}  // namespace

/// The value whose distance to both ends of the bin is the same part of them.
double Quantiles::value_of(std::int32_t bin) {
    return 2 * std::pow(gamma, bin) / (gamma + 1);
}

void Quantiles::add(double value, std::uint64_t weight) {
    if (weight == 0 || std::isnan(value)) return;
    count_ += weight;
    if (value < smallest)
        zeros_ += weight;
    else
        add_to_bin(index_of(value), weight);
}

void Quantiles::merge(const Quantiles& other) {
    count_ += other.count_;
    zeros_ += other.zeros_;
    for (std::size_t i = other.bins_.size(); i-- > 0;)
        if (other.bins_[i] > 0) add_to_bin(other.first_ + static_cast<std::int32_t>(i), other.bins_[i]);
}

std::optional<double> Quantiles::at(double q) const {
    if (count_ == 0) return std::nullopt;
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_)))
    );
    auto passed = zeros_;
    if (passed >= wanted) return 0;
    for (std::size_t i = 0; i < bins_.size(); ++i) {
        passed += bins_[i];
        if (passed >= wanted) return value_of(first_ + static_cast<std::int32_t>(i));
    }
    return value_of(first_ + static_cast<std::int32_t>(bins_.size()) - 1);
}

void Quantiles::add_to_bin(std::int32_t index, std::uint64_t weight) {
    cover(index);
    bins_[static_cast<std::size_t>(std::max(index, first_) - first_)] += weight;
}

/// Makes room for `index`. Bins past the limit are folded into the lowest that stays: high percentiles are
/// those that people read.
void Quantiles::cover(std::int32_t index) {
    const auto limit = static_cast<std::int32_t>(bin_limit);
    if (bins_.empty()) {
        first_ = index;
        bins_.assign(1, 0);
        return;
    }
    const auto last = first_ + static_cast<std::int32_t>(bins_.size()) - 1;
    if (index < first_) {
        const auto first = std::max(index, last - limit + 1);
        bins_.insert(bins_.begin(), static_cast<std::size_t>(first_ - first), 0);
        first_ = first;
    } else if (index > last) {
        bins_.resize(bins_.size() + static_cast<std::size_t>(index - last), 0);
        const auto excess = static_cast<std::int32_t>(bins_.size()) - limit;
        if (excess <= 0) return;
        std::uint64_t folded = 0;
        for (std::int32_t i = 0; i < excess; ++i)
            folded += bins_[static_cast<std::size_t>(i)];
        bins_.erase(bins_.begin(), bins_.begin() + excess);
        bins_.front() += folded;
        first_ += excess;
    }
}

void Quantiles::write(ByteWriter& to) const {
    to.u64(zeros_);
    to.u32(static_cast<std::uint32_t>(first_));
    to.u32(static_cast<std::uint32_t>(bins_.size()));
    for (const auto weight : bins_)
        to.u64(weight);
}

Result<Quantiles> Quantiles::read(ByteReader& from) {
    Quantiles out;
    out.count_ = out.zeros_ = from.u64();
    out.first_ = static_cast<std::int32_t>(from.u32());
    const auto bins = from.u32();
    if (from.failed() || bins > bin_limit || out.first_ < -index_limit || out.first_ > index_limit)
        return fail(Errc::malformed, "quantiles: a head that none writes");
    if (from.remaining() < bins * sizeof(std::uint64_t))
        return fail(Errc::truncated, "quantiles: fewer bins than it says");
    for (std::uint32_t i = 0; i < bins; ++i)
        out.count_ += out.bins_.emplace_back(from.u64());
    return out;
}

}  // namespace tally::analytics
