// The flags of track fragments, for those who write and those who read them (ISO 14496-12 8.8).
#pragma once

#include <cstdint>

namespace tally::container::mp4 {

/// Which fields a tfhd or trun has.
struct FieldFlags {
    std::uint32_t bits = 0;

    constexpr bool has(std::uint32_t flag) const { return (bits & flag) != 0; }
};

// 8.8.7, tf_flags
inline constexpr std::uint32_t tf_base_data_offset = 0x01;
inline constexpr std::uint32_t tf_sample_description = 0x02;
inline constexpr std::uint32_t tf_default_duration = 0x08;
inline constexpr std::uint32_t tf_default_size = 0x10;
inline constexpr std::uint32_t tf_default_flags = 0x20;
inline constexpr std::uint32_t tf_default_base_is_moof = 0x02'0000;

// 8.8.8, tr_flags
inline constexpr std::uint32_t tr_data_offset = 0x01;
inline constexpr std::uint32_t tr_first_flags = 0x04;
inline constexpr std::uint32_t tr_duration = 0x0100;
inline constexpr std::uint32_t tr_size = 0x0200;
inline constexpr std::uint32_t tr_flags = 0x0400;
inline constexpr std::uint32_t tr_composition_offset = 0x0800;

// 8.8.3.1, sample flags
inline constexpr std::uint32_t non_sync_bit = 0x0001'0000;
inline constexpr std::uint32_t sync_flags = 0x0200'0000;                     // depends on no other
inline constexpr std::uint32_t non_sync_flags = 0x0100'0000 | non_sync_bit;  // depends on others

constexpr std::uint32_t sample_flags(bool sync) {
    return sync ? sync_flags : non_sync_flags;
}

}  // namespace tally::container::mp4
