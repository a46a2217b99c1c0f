#include "transcode/placeholder.hpp"

#include "transcode/canvas.hpp"
#include "transcode/jpeg.hpp"
#include "transcode/printable.hpp"

namespace tally::transcode {
namespace {

constexpr int width = 1280;
constexpr int height = 720;
constexpr double centre = width / 2.0;
constexpr double widest_name = width - 240;
constexpr std::size_t longest_name = 200;  // characters: more than ever fit

constexpr Colour white{0.95, 0.96, 0.98};
constexpr Colour muted{0.58, 0.61, 0.68};

void drop_last_character(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
        text.pop_back();
    if (!text.empty()) text.pop_back();
}

/// `name` as large as fits; at the smallest size, cut and ended with an ellipsis.
void draw_name(Canvas& canvas, std::string name, double baseline) {
    TextStyle style{.size = 76, .colour = white, .weight = Weight::bold, .align = Align::centre};
    while (style.size > 48 && canvas.text_width(name, style) > widest_name)
        style.size -= 4;
    if (canvas.text_width(name, style) > widest_name) {
        while (!name.empty() && canvas.text_width(name + "…", style) > widest_name)
            drop_last_character(name);
        while (name.ends_with(' '))
            name.pop_back();
        name += "…";
    }
    canvas.text(centre, baseline, name, style);
}

void draw_state(Canvas& canvas, double y) {
    const TextStyle style{.size = 28, .colour = muted};
    constexpr std::string_view label = "Offline";
    constexpr double lamp = 9;
    constexpr double gap = 16;
    constexpr double padding = 30;
    constexpr double pill_height = 60;
    const double text_width = canvas.text_width(label, style);
    const double pill_width = text_width + 2 * lamp + gap + 2 * padding;
    const double left = centre - pill_width / 2;
    canvas.rounded(left, y, pill_width, pill_height, pill_height / 2, {1, 1, 1, 0.07});
    canvas.circle(left + padding + lamp, y + pill_height / 2, lamp, {0.44, 0.47, 0.54});
    canvas.text(left + padding + 2 * lamp + gap, y + pill_height / 2 + 10, label, style);
}

}  // namespace

Result<Bytes> render_placeholder(std::string_view channel_name) {
    silence_libav();
    Canvas canvas(width, height);
    canvas.fill_vertical({0.086, 0.094, 0.125}, {0.035, 0.039, 0.055});
    canvas.glow(centre, -120, 760, {0.30, 0.34, 0.52, 0.26});
    draw_name(canvas, printable(channel_name, longest_name), 366);
    draw_state(canvas, 422);
    TRY(const auto picture, canvas.picture());
    TRY(const auto scaled, scale_for_jpeg(*picture, width, height));
    return encode_jpeg(*scaled);
}

}  // namespace tally::transcode
