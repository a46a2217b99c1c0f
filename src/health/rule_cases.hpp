// What causes each alert: tables that rules_test.cpp feeds to a stream second by second.
#pragma once

#include "health/testing.hpp"

namespace tally::health {

/// A cause of an alert, fed second by second.
struct Case {
    std::string_view code;
    Severity severity = Severity::warning;
    int raised_after = 0;   // seconds of the cause: the hold, behind what breaks a figure of a longer span
    int cleared_after = 0;  // seconds without it, likewise
    std::string_view told;  // of the message
    Watch::Change cause;
    Plan plan = {.width = 1280, .height = 720, .kbps = 3000, .fps = 30, .recorded = true};
    Watch::Change calm = {};   // after it, where that is not the usual media
    Watch::Change worse = {};  // of rules that escalate: what makes it do so
    int worse_after = 0;       // seconds of that
    std::string_view told_worse{};
    int before = 70;  // seconds of usual media
};

/// Of rules that look at the media.
std::vector<Case> media_cases();
/// Of rules that look at the picture and listen to the sound.
std::vector<Case> content_cases();
/// Of rules that look at delivery, this machine and the audience.
std::vector<Case> surroundings_cases();

}  // namespace tally::health
