// AAC as MP4 and RTMP carry it: the AudioSpecificConfig and what it says.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "codec/format.hpp"

namespace tally::codec {

/// The format that an AudioSpecificConfig announces (ISO 14496-3 1.6.2.1): AAC Main, LC, SSR and LTP, with
/// SBR and PS where it signals them. Keeps the record as it is. Errc::unsupported names another object type.
Result<AudioFormat> parse_audio_specific_config(ByteView record);

/// An access unit of silence: AAC-LC in mono or stereo, at any rate. Empty for what else there is.
Bytes silent_aac_frame(const AudioFormat& format);

}  // namespace tally::codec
