#include "transcode/demo_picture.hpp"

#include "transcode/canvas.hpp"

#include <fmt/format.h>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

#include <array>
#include <cstring>
#include <string>

namespace tally::transcode {
namespace {

constexpr Colour panel{0.075, 0.082, 0.105};
constexpr Colour white{0.96, 0.97, 0.99};
constexpr Colour grey{0.55, 0.58, 0.64};

// Every position and size is even: two luma samples share a chroma sample.
constexpr int glyph_width = 84;
constexpr int glyph_height = 128;
constexpr std::string_view glyphs = "0123456789:.";
constexpr int clock_top = 404;
constexpr int lamp_side = 96;
constexpr int lamp_left = DemoPicture::width - 80 - lamp_side;
constexpr int lamp_top = clock_top + (glyph_height - lamp_side) / 2;
constexpr int clock_left = 80;
constexpr int marker_width = 8;
constexpr int marker_height = 44;
constexpr int track_top = 604;
constexpr int track_left = 80;
constexpr int track_width = DemoPicture::width - 2 * track_left;
constexpr int marker_column = glyph_width * static_cast<int>(glyphs.size());
constexpr int lamp_column = marker_column + marker_width;
constexpr int sprites_width = lamp_column + lamp_side;

struct Place {
    int x = 0;
    int y = 0;
};

struct Size {
    int width = 0;
    int height = 0;
};

/// Where a luma position lies in `plane`: chroma is halved both ways.
std::uint8_t* at(const AVFrame& picture, int plane, Place place) {
    const int shift = plane == 0 ? 0 : 1;
    const std::ptrdiff_t stride = picture.linesize[plane];
    return picture.data[plane] + (place.y >> shift) * stride + (place.x >> shift);
}

void copy(const AVFrame& from, Place source, AVFrame& to, Place target, Size size) {
    for (int plane = 0; plane < 3; ++plane) {
        const int step = plane == 0 ? 1 : 2;
        for (int row = 0; row < size.height; row += step)
            std::memcpy(
                at(to, plane, {target.x, target.y + row}),
                at(from, plane, {source.x, source.y + row}),
                static_cast<std::size_t>(size.width / step)
            );
    }
}

void draw_bars(Canvas& canvas) {
    // 75 % bars in the order of SMPTE EG 1.
    constexpr std::array<Colour, 7> bars{{
        {0.75, 0.75, 0.75},
        {0.75, 0.75, 0},
        {0, 0.75, 0.75},
        {0, 0.75, 0},
        {0.75, 0, 0.75},
        {0.75, 0, 0},
        {0, 0, 0.75},
    }};
    constexpr double bar = DemoPicture::width / static_cast<double>(bars.size());
    for (std::size_t i = 0; i < bars.size(); ++i)
        canvas.rectangle(bar * static_cast<double>(i), 0, bar + 1, 256, bars[i]);
    constexpr int steps = 16;
    constexpr double step = DemoPicture::width / static_cast<double>(steps);
    for (int i = 0; i < steps; ++i) {
        const double level = static_cast<double>(i) / (steps - 1);
        canvas.rectangle(step * i, 256, step + 1, 48, {level, level, level});
    }
}

void draw_track(Canvas& canvas) {
    const double middle = track_top + marker_height / 2.0;
    canvas.line(track_left, middle, track_left + track_width, middle, 2, {0.30, 0.32, 0.38});
    for (int tenth = -5; tenth <= 5; ++tenth) {
        const double x = DemoPicture::width / 2.0 + tenth * track_width / 10.0;
        const double reach = tenth == 0 ? 20 : 8;
        canvas.line(x, middle - reach, x, middle + reach, 2, {0.42, 0.45, 0.52});
        const auto label = tenth == 0 ? std::string("0") : fmt::format("{:+d}", tenth * 100);
        canvas.text(x, track_top + 74, label, {.size = 18, .colour = grey, .align = Align::centre});
    }
}

Result<PicturePtr> as_video(Canvas& canvas, Size size) {
    TRY(const auto drawn, canvas.picture());
    TRY(auto video, make_picture(AV_PIX_FMT_YUV420P, size.width, size.height));
    video->colorspace = AVCOL_SPC_BT709;
    video->color_range = AVCOL_RANGE_MPEG;
    if (const auto done = convert(*drawn, *video); !done) return std::unexpected(done.error());
    return video;
}

Result<PicturePtr> draw_background() {
    Canvas canvas(DemoPicture::width, DemoPicture::height);
    canvas.fill_vertical(panel, panel);
    draw_bars(canvas);
    canvas.text(clock_left, 372, "Tally", {.size = 40, .colour = white, .weight = Weight::bold});
    canvas.text(
        DemoPicture::width - 80,
        372,
        "Demo  ·  1280×720  ·  30 fps  ·  UTC",
        {.size = 24, .colour = grey, .align = Align::right}
    );
    canvas.circle(lamp_left + lamp_side / 2.0, lamp_top + lamp_side / 2.0, 40, {0.16, 0.17, 0.21});
    draw_track(canvas);
    return as_video(canvas, {DemoPicture::width, DemoPicture::height});
}

/// The clock's glyphs, the marker and the lit lamp, side by side.
Result<PicturePtr> draw_sprites() {
    Canvas canvas(sprites_width, glyph_height);
    canvas.fill_vertical(panel, panel);
    const TextStyle style{.size = 116, .colour = white, .weight = Weight::bold, .align = Align::centre};
    for (std::size_t i = 0; i < glyphs.size(); ++i)
        canvas.text((static_cast<double>(i) + 0.5) * glyph_width, 108, glyphs.substr(i, 1), style);
    canvas.rectangle(marker_column, 0, marker_width, glyph_height, white);
    canvas.circle(lamp_column + lamp_side / 2.0, lamp_side / 2.0, 40, white);
    return as_video(canvas, {sprites_width, glyph_height});
}

}  // namespace

DemoPicture::DemoPicture(PicturePtr background, PicturePtr sprites, PicturePtr picture)
    : background_(std::move(background)),
      sprites_(std::move(sprites)),
      picture_(std::move(picture)) {}

Result<DemoPicture> DemoPicture::make() {
    silence_libav();
    TRY(auto background, draw_background());
    TRY(auto sprites, draw_sprites());
    TRY(auto picture, make_picture(AV_PIX_FMT_YUV420P, width, height));
    picture->colorspace = AVCOL_SPC_BT709;
    picture->color_range = AVCOL_RANGE_MPEG;
    copy(*background, {}, *picture, {}, {width, height});
    return DemoPicture(std::move(background), std::move(sprites), std::move(picture));
}

void DemoPicture::draw_clock(std::int64_t frame) {
    const std::int64_t second = frame / rate % 86'400;
    const auto text = fmt::format(
        "{:02}:{:02}:{:02}.{:03}", second / 3600, second / 60 % 60, second % 60, frame % rate * 1000 / rate
    );
    // Punctuation is narrower: the middle of its cell is enough.
    constexpr int narrow = 44;
    int x = clock_left;
    for (const char c : text) {
        const int cell = static_cast<int>(glyphs.find(c)) * glyph_width;
        const bool digit = c >= '0' && c <= '9';
        const int cell_width = digit ? glyph_width : narrow;
        copy(
            *sprites_,
            {cell + (glyph_width - cell_width) / 2, 0},
            *picture_,
            {x, clock_top},
            {cell_width, glyph_height}
        );
        x += cell_width;
    }
}

void DemoPicture::draw_marker(std::int64_t frame) {
    copy(*background_, {0, track_top}, *picture_, {0, track_top}, {width, marker_height});
    // From half a second before the second's start (left) to half a second after it (right).
    const auto phase = static_cast<int>((frame + rate / 2) % rate);
    const int centre = track_left + phase * track_width / rate;
    const int x = (centre - marker_width / 2) / 2 * 2;
    copy(*sprites_, {marker_column, 0}, *picture_, {x, track_top}, {marker_width, marker_height});
}

Result<AVFrame*> DemoPicture::draw(std::int64_t frame) {
    if (const int code = av_frame_make_writable(picture_.get()); code < 0)
        return std::unexpected(libav_error(code, "demo: picture"));
    draw_clock(frame);
    draw_marker(frame);
    const bool lit = frame % rate < lit_frames;
    const auto& lamp = lit ? *sprites_ : *background_;
    const Place from = lit ? Place{lamp_column, 0} : Place{lamp_left, lamp_top};
    copy(lamp, from, *picture_, {lamp_left, lamp_top}, {lamp_side, lamp_side});
    return picture_.get();
}

}  // namespace tally::transcode
