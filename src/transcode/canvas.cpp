#include "transcode/canvas.hpp"

#include <cairo.h>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

#include <numbers>

#if __has_feature(address_sanitizer)
// fontconfig keeps a kilobyte of the first font it looked up, for good.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libfontconfig";
}
#endif

namespace tally::transcode {
namespace {

constexpr const char* family = "DejaVu Sans";

}  // namespace

void Canvas::Deleter::operator()(cairo_t* context) const {
    cairo_destroy(context);
}

void Canvas::Deleter::operator()(cairo_surface_t* surface) const {
    cairo_surface_destroy(surface);
}

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height)),
      cairo_(cairo_create(surface_.get())) {}

void Canvas::paint(Colour colour) {
    cairo_set_source_rgba(cairo_.get(), colour.red, colour.green, colour.blue, colour.alpha);
    cairo_fill(cairo_.get());
}

void Canvas::fill_vertical(Colour top, Colour bottom) {
    cairo_pattern_t* gradient = cairo_pattern_create_linear(0, 0, 0, height_);
    cairo_pattern_add_color_stop_rgb(gradient, 0, top.red, top.green, top.blue);
    cairo_pattern_add_color_stop_rgb(gradient, 1, bottom.red, bottom.green, bottom.blue);
    cairo_set_source(cairo_.get(), gradient);
    cairo_paint(cairo_.get());
    cairo_pattern_destroy(gradient);
}

void Canvas::glow(double x, double y, double radius, Colour centre) {
    cairo_pattern_t* light = cairo_pattern_create_radial(x, y, 0, x, y, radius);
    cairo_pattern_add_color_stop_rgba(light, 0, centre.red, centre.green, centre.blue, centre.alpha);
    cairo_pattern_add_color_stop_rgba(light, 1, centre.red, centre.green, centre.blue, 0);
    cairo_set_source(cairo_.get(), light);
    cairo_paint(cairo_.get());
    cairo_pattern_destroy(light);
}

void Canvas::rectangle(double x, double y, double width, double height, Colour colour) {
    cairo_rectangle(cairo_.get(), x, y, width, height);
    paint(colour);
}

void Canvas::rounded(double x, double y, double width, double height, double radius, Colour colour) {
    constexpr double quarter = std::numbers::pi / 2;
    cairo_t* cairo = cairo_.get();
    cairo_new_path(cairo);
    cairo_arc(cairo, x + width - radius, y + radius, radius, -quarter, 0);
    cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, quarter);
    cairo_arc(cairo, x + radius, y + height - radius, radius, quarter, 2 * quarter);
    cairo_arc(cairo, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
    paint(colour);
}

void Canvas::circle(double x, double y, double radius, Colour colour) {
    cairo_new_path(cairo_.get());
    cairo_arc(cairo_.get(), x, y, radius, 0, 2 * std::numbers::pi);
    paint(colour);
}

void Canvas::line(double x1, double y1, double x2, double y2, double width, Colour colour) {
    cairo_move_to(cairo_.get(), x1, y1);
    cairo_line_to(cairo_.get(), x2, y2);
    cairo_set_line_width(cairo_.get(), width);
    cairo_set_source_rgba(cairo_.get(), colour.red, colour.green, colour.blue, colour.alpha);
    cairo_stroke(cairo_.get());
}

void Canvas::select(const TextStyle& style) {
    const auto weight = style.weight == Weight::bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL;
    cairo_select_font_face(cairo_.get(), family, CAIRO_FONT_SLANT_NORMAL, weight);
    cairo_set_font_size(cairo_.get(), style.size);
}

double Canvas::text_width(std::string_view text, const TextStyle& style) {
    select(style);
    cairo_text_extents_t extents{};
    cairo_text_extents(cairo_.get(), std::string(text).c_str(), &extents);
    return extents.x_advance;
}

void Canvas::text(double x, double baseline, std::string_view text, const TextStyle& style) {
    const double width = text_width(text, style);
    if (style.align == Align::centre) x -= width / 2;
    if (style.align == Align::right) x -= width;
    cairo_move_to(cairo_.get(), x, baseline);
    cairo_set_source_rgba(
        cairo_.get(), style.colour.red, style.colour.green, style.colour.blue, style.colour.alpha
    );
    cairo_show_text(cairo_.get(), std::string(text).c_str());
    cairo_new_path(cairo_.get());
}

Result<PicturePtr> Canvas::picture() {
    if (const auto status = cairo_status(cairo_.get()); status != CAIRO_STATUS_SUCCESS)
        return fail(Errc::io, std::string("draw picture: ") + cairo_status_to_string(status));
    cairo_surface_flush(surface_.get());
    auto picture = make_frame();
    picture->format = AV_PIX_FMT_BGR0;
    picture->color_range = AVCOL_RANGE_JPEG;
    picture->width = width_;
    picture->height = height_;
    picture->data[0] = cairo_image_surface_get_data(surface_.get());
    picture->linesize[0] = cairo_image_surface_get_stride(surface_.get());
    return picture;
}

}  // namespace tally::transcode
