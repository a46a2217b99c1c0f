#include "analytics/sketch/distinct.hpp"

#include <bit>
#include <cmath>
#include <numbers>

namespace tally::analytics {

namespace {

constexpr unsigned precision = 14;
constexpr std::size_t register_count = std::size_t{1} << precision;
constexpr unsigned rank_limit = 64 - precision + 1;

enum class Form : std::uint8_t { exact = 0, registers = 1 };

/// Ertl's sigma: the contribution of registers that are still zero.
double sigma(double x) {
    if (x == 1) return INFINITY;
    double y = 1;
    double z = x;
    for (double previous = -1; z != previous;) {
        previous = z;
        x *= x;
        z += x * y;
        y += y;
    }
    return z;
}

/// Ertl's tau: the contribution of registers at the limit.
double tau(double x) {
    if (x == 0 || x == 1) return 0;
    double y = 1;
    double z = 1 - x;
    for (double previous = -1; z != previous;) {
        previous = z;
        x = std::sqrt(x);
        y *= 0.5;
        z -= (1 - x) * (1 - x) * y;
    }
    return z / 3;
}

}  // namespace

DistinctCount DistinctCount::of_leasts(std::span<const std::uint64_t> hashes) {
    DistinctCount out;
    out.leave_exactness();
    for (const auto hash : hashes)
        out.add_to_registers(hash);
    return out;
}

void DistinctCount::add(std::uint64_t hash) {
    if (!exact()) return add_to_registers(hash);
    hashes_.insert(hash);
    if (hashes_.size() > exact_limit) leave_exactness();
}

void DistinctCount::merge(const DistinctCount& other) {
    if (other.exact()) {
        other.hashes_.for_each([this](std::uint64_t hash) { add(hash); });
        return;
    }
    if (exact()) leave_exactness();
    for (std::size_t i = 0; i < register_count; ++i)
        registers_[i] = std::max(registers_[i], other.registers_[i]);
}

std::uint64_t DistinctCount::count() const {
    return exact() ? hashes_.size() : static_cast<std::uint64_t>(std::llround(estimate()));
}

void DistinctCount::add_to_registers(std::uint64_t hash) {
    const auto index = static_cast<std::size_t>(hash >> (64 - precision));
    const auto rest = hash << precision;
    const auto rank = std::min<unsigned>(static_cast<unsigned>(std::countl_zero(rest)) + 1, rank_limit);
    registers_[index] = std::max(registers_[index], static_cast<std::uint8_t>(rank));
}

void DistinctCount::leave_exactness() {
    registers_.assign(register_count, 0);
    hashes_.for_each([this](std::uint64_t hash) { add_to_registers(hash); });
    hashes_ = {};
}

double DistinctCount::estimate() const {
    constexpr double size = register_count;
    std::array<double, rank_limit + 1> having{};  // registers by rank
    for (const auto rank : registers_)
        ++having.at(rank);
    double sum = size * tau(1 - having[rank_limit] / size);
    for (unsigned rank = rank_limit - 1; rank >= 1; --rank)
        sum = 0.5 * (sum + having.at(rank));
    sum += size * sigma(having[0] / size);
    return size * size / (2 * std::numbers::ln2) / sum;
}

void DistinctCount::write(ByteWriter& to) const {
    if (!exact()) {
        to.u8(static_cast<std::uint8_t>(Form::registers));
        to.bytes(registers_);
        return;
    }
    to.u8(static_cast<std::uint8_t>(Form::exact));
    to.u32(static_cast<std::uint32_t>(hashes_.size()));
    hashes_.for_each([&](std::uint64_t hash) { to.u64(hash); });
}

Result<DistinctCount> DistinctCount::read(ByteReader& from) {
    DistinctCount out;
    const auto form = static_cast<Form>(from.u8());
    if (form == Form::registers) {
        const auto registers = from.take(register_count);
        if (from.failed()) return fail(Errc::truncated, "distinct count: registers are missing");
        if (std::ranges::max(registers) > rank_limit) return fail(Errc::malformed, "distinct count: rank");
        out.registers_.assign(registers.begin(), registers.end());
        return out;
    }
    const auto count = from.u32();
    if (from.failed() || form != Form::exact) return fail(Errc::malformed, "distinct count: unknown form");
    if (count > exact_limit || from.remaining() < count * sizeof(std::uint64_t))
        return fail(Errc::malformed, "distinct count: fewer hashes than it says");
    for (std::uint32_t i = 0; i < count; ++i)
        out.hashes_.insert(from.u64());
    return out;
}

}  // namespace tally::analytics
