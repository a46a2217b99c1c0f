#include "transcode/still.hpp"

#include "transcode/jpeg.hpp"
#include "transcode/keyframe.hpp"

extern "C" {
#include <libavutil/frame.h>
}

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace tally::transcode {
namespace {

constexpr int max_side = 4096;
constexpr int columns = 64;
constexpr int rows = 36;
constexpr std::size_t may_be_brighter = columns * rows / 50;

/// As wide as asked and as high as the picture looks: its pixels need not be square.
Result<int> display_height(const AVFrame& picture, int width) {
    const AVRational pixel = picture.sample_aspect_ratio;
    const double pixel_shape = pixel.num > 0 && pixel.den > 0 ? av_q2d(pixel) : 1.0;
    const double height = width * picture.height / (picture.width * pixel_shape);
    const double even = 2 * std::round(height / 2);
    if (!(even >= 2 && even <= max_side)) return fail(Errc::unsupported, "still: no sensible shape");
    return static_cast<int>(even);
}

/// Where a place of the grid begins, of `length` pixels; its neighbour's begin is its end.
int edge(int place, int places, int length) {
    return place * length / places;
}

/// Pictures of fewer pixels than places repeat them.
float mean_luma(const AVFrame& picture, int column, int row) {
    const int left = edge(column, columns, picture.width);
    const int right = std::max(edge(column + 1, columns, picture.width), left + 1);
    const int top = edge(row, rows, picture.height);
    const int bottom = std::max(edge(row + 1, rows, picture.height), top + 1);
    int sum = 0;
    for (int y = top; y < bottom; ++y) {
        const std::span line(picture.data[0] + static_cast<std::ptrdiff_t>(y) * picture.linesize[0], right);
        sum = std::accumulate(line.begin() + left, line.end(), sum);
    }
    return static_cast<float>(sum) / static_cast<float>((right - left) * (bottom - top));
}

}  // namespace

double Look::brightest() const {
    auto sorted = places_;
    const auto nth = sorted.end() - 1 - may_be_brighter;
    std::ranges::nth_element(sorted, nth);
    return *nth;
}

double Look::change_since(const Look& earlier) const {
    float most = 0;
    for (std::size_t i = 0; i < places_.size(); ++i)
        most = std::max(most, std::abs(places_[i] - earlier.places_[i]));
    return most;
}

Result<Still> Still::of(const media::Frame& keyframe, int width) {
    TRY(const auto decoded, decode_keyframe(keyframe));
    const int even_width = std::clamp(width, 16, 1920) / 2 * 2;
    TRY(const int height, display_height(*decoded, even_width));
    TRY(auto picture, scale_for_jpeg(*decoded, even_width, height));
    return Still(std::move(picture));
}

Result<Bytes> Still::jpeg() const {
    return encode_jpeg(*picture_);
}

Look Still::look() const {
    std::vector<float> places;
    places.reserve(std::size_t{columns} * rows);
    for (int row = 0; row < rows; ++row)
        for (int column = 0; column < columns; ++column)
            places.push_back(mean_luma(*picture_, column, row));
    return Look(std::move(places));
}

}  // namespace tally::transcode
