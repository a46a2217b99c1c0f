#include "transcode/canvas.hpp"

#include <cairo.h>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

#include <numbers>

namespace tally::transcode {
namespace {

constexpr const char* family = "DejaVu Sans";

/// Bytes of the well-formed UTF-8 character that `text` starts with (RFC 3629 4); 0 when it starts with none.
std::size_t character_size(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
        const bool surrogate = lead == 0xED && byte(1) > 0x9F;
        return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool overlong = lead == 0xF0 && byte(1) < 0x90;
        const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
        return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

bool is_control(std::string_view character) {
    const auto lead = static_cast<unsigned char>(character[0]);
    const bool c1 = character.size() == 2 && lead == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0;
    return lead < 0x20 || lead == 0x7F || c1;
}

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
    const double offset = style.align == Align::left ? 0 : style.align == Align::centre ? width / 2 : width;
    cairo_move_to(cairo_.get(), x - offset, baseline);
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

std::string printable(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty() && limit-- > 0) {
        const std::size_t size = character_size(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
        if (size == 0)
            out += "\xEF\xBF\xBD";  // U+FFFD
        else if (is_control(character))
            out += ' ';
        else
            out += character;
        text.remove_prefix(character.size());
    }
    return out;
}

}  // namespace tally::transcode
