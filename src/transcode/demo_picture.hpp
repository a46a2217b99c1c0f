// The demo's test picture: colour bars, a running clock, and a marker and lamp that show the second's start.
#pragma once

#include "base/result.hpp"
#include "transcode/libav.hpp"

#include <cstdint>

namespace tally::transcode {

/// What changes is copied from pictures drawn once, so that a frame costs microseconds.
class DemoPicture {
public:
    static constexpr int width = 1280;
    static constexpr int height = 720;
    static constexpr int rate = 30;       // frames per second
    static constexpr int lit_frames = 3;  // of each second, from its start: the lamp is on, the beep sounds

    static Result<DemoPicture> make();

    /// The picture at `frame` thirtieths of a second since the Unix epoch; its buffers are this object's.
    Result<AVFrame*> draw(std::int64_t frame);

private:
    DemoPicture(PicturePtr background, PicturePtr sprites, PicturePtr picture);

    void draw_clock(std::int64_t frame);
    void draw_marker(std::int64_t frame);

    PicturePtr background_;
    PicturePtr sprites_;
    PicturePtr picture_;
};

}  // namespace tally::transcode
