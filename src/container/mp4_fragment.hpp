// The flags of track fragments, for those who write and those who read them (ISO 14496-12 8.8).
#pragma once

#include <cstdint>

namespace tally::container::mp4 {

// 8.8.7, tf_flags
enum TrackFragmentFlag : std::uint32_t {
    tf_base_data_offset = 0x01,
    tf_sample_description = 0x02,
    tf_default_duration = 0x08,
    tf_default_size = 0x10,
    tf_default_flags = 0x20,
    tf_default_base_is_moof = 0x02'0000,
};

// 8.8.8, tr_flags
enum TrackRunFlag : std::uint32_t {
    tr_data_offset = 0x01,
    tr_first_flags = 0x04,
    tr_duration = 0x0100,
    tr_size = 0x0200,
    tr_flags = 0x0400,
    tr_composition_offset = 0x0800,
};

// 8.8.3.1, sample flags
inline constexpr std::uint32_t non_sync_bit = 0x0001'0000;
inline constexpr std::uint32_t sync_flags = 0x0200'0000;                     // depends on no other
inline constexpr std::uint32_t non_sync_flags = 0x0100'0000 | non_sync_bit;  // depends on others

inline constexpr std::uint32_t sample_flags(bool sync) {
    return sync ? sync_flags : non_sync_flags;
}

}  // namespace tally::container::mp4
