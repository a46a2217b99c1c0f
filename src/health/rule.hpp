// What an alert rule is: a figure, the bounds that raise and clear it, and what to tell people.
#pragma once

#include "health/alert.hpp"
#include "health/observation.hpp"
#include "health/vitals.hpp"

#include <array>
#include <span>
#include <string_view>

namespace tally::health {

/// What rules look at.
struct Scene {
    const Plan& plan;
    const Vitals& vitals;
    const Observation& now;
};

/// A figure at one moment. Bounds of the rule are multiples of `scale`.
struct Reading {
    double value = 0;
    double scale = 1;
    std::optional<double> relief{};  // what clearing looks at, where it is not `value`
    std::optional<bool> verdict{};   // decides instead of the bounds: for what is either so or not
    std::string note{};              // for the texts
    bool few = false;                // of too few to raise anything by, but what was raised may clear
};

/// Empty: nothing can be said now, and nothing is raised or cleared.
using Sight = std::optional<Reading>;

enum class Bad : std::uint8_t { above, below };

struct Level {
    Severity severity = Severity::info;
    double bound = 0;
    std::chrono::seconds hold{0};
};

/// The texts are formats of: value, bound (in the figure's unit), scale, percent (of the scale), drop (100
/// less that), and note.
struct Rule {
    std::string_view code;
    Category category = Category::ingest;
    std::string_view title;
    std::string_view metric;
    std::string_view unit;
    std::chrono::seconds window{0};
    Bad bad = Bad::above;
    Level raise;
    std::optional<Level> escalate{};
    double clear = 0;  // at the bound it is clear
    std::chrono::seconds clear_hold{0};
    Sight (*read)(const Scene&) = nullptr;
    std::string_view message;
    std::string_view remedy;
};

/// Every rule there is: what can be measured, and nothing else.
std::span<const Rule> rules();
const Rule* find_rule(std::string_view code);

// The parts of the table, by what they look at.
std::span<const Rule> ingest_rules();
std::span<const Rule> picture_rules();
std::span<const Rule> content_rules();
std::span<const Rule> format_rules();
std::span<const Rule> delivery_rules();
std::span<const Rule> audience_rules();

inline Sight sight(const Figure& value) {
    return value ? Sight(Reading{.value = *value}) : std::nullopt;
}

/// For what is either so or not; `value` is what was found.
inline Sight finding(bool found, double value = 0, std::string note = {}) {
    return Reading{.value = value, .verdict = found, .note = std::move(note)};
}

/// Media comes: rates mean something.
inline bool flows(const Scene& scene) {
    return scene.vitals.attached && scene.vitals.sampled && scene.vitals.silence < 2;
}

}  // namespace tally::health
