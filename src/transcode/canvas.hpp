// Drawing for the pictures that Tally makes itself: the offline card and the demo's test picture.
#pragma once

#include "base/result.hpp"
#include "transcode/libav.hpp"

#include <memory>
#include <string>
#include <string_view>

struct _cairo;
struct _cairo_surface;

namespace tally::transcode {

struct Colour {
    double red = 0;
    double green = 0;
    double blue = 0;
    double alpha = 1;
};

enum class Weight : bool { normal, bold };
enum class Align : unsigned char { left, centre, right };

struct TextStyle {
    double size = 24;  // pixels
    Colour colour;
    Weight weight = Weight::normal;
    Align align = Align::left;
};

/// An RGB picture being drawn, with the baseline of text and the corners of shapes in pixels from the top
/// left.
class Canvas {
public:
    Canvas(int width, int height);

    void fill_vertical(Colour top, Colour bottom);
    /// A soft light around a point, nothing at `radius`.
    void glow(double x, double y, double radius, Colour centre);
    void rectangle(double x, double y, double width, double height, Colour colour);
    void rounded(double x, double y, double width, double height, double radius, Colour colour);
    void circle(double x, double y, double radius, Colour colour);
    void line(double x1, double y1, double x2, double y2, double width, Colour colour);
    /// `text` is valid UTF-8.
    void text(double x, double baseline, std::string_view text, const TextStyle& style);
    double text_width(std::string_view text, const TextStyle& style);

    /// The picture so far, as libav reads it; valid while the canvas lives and is not drawn on.
    Result<PicturePtr> picture();

private:
    struct Deleter {
        void operator()(_cairo* context) const;
        void operator()(_cairo_surface* surface) const;
    };

    void paint(Colour colour);
    void select(const TextStyle& style);

    int width_;
    int height_;
    std::unique_ptr<_cairo_surface, Deleter> surface_;
    std::unique_ptr<_cairo, Deleter> cairo_;
};

}  // namespace tally::transcode
