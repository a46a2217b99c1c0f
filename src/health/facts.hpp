// What a track's format says of itself, in words.
#pragma once

#include "codec/format.hpp"
#include "health/vitals.hpp"

namespace tally::health {

VideoFacts facts_of(const codec::VideoFormat& format);
AudioFacts facts_of(const codec::AudioFormat& format);

}  // namespace tally::health
