// A stream whose seconds are made by hand, on a clock that tests turn.
#pragma once

#include "health/stream_health.hpp"

#include <doctest/doctest.h>

#include <functional>

namespace tally::health {

/// 30 frames a second at 720p with sound, unless a test says otherwise.
struct Encoder {
    media::Second second() {
        media::Second made;
        made.number = number++;
        made.sessions = sessions;
        made.keyframes = made.number % 2;
        made.video = {.frames = 30, .bytes = 375'000, .media = std::chrono::seconds(1)};
        made.audio = {.frames = 47, .bytes = 16'000, .media = std::chrono::seconds(1)};
        made.keyframe_interval = std::chrono::seconds(2);
        made.jitter = 0.2;
        made.jitter_ms = 6.7;
        made.rtt = std::chrono::milliseconds(20);
        return made;
    }

    std::uint64_t number = 0;
    std::uint32_t sessions = 1;
};

struct Watch {
    explicit Watch(const Plan& with = {.width = 1280, .height = 720, .kbps = 3000, .fps = 30})
        : health(with) {}

    using Change = std::function<void(media::Second&, Observation&)>;

    /// `seconds` seconds of media, each as `change` leaves it.
    void feed(int seconds, const Change& change = {}) {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(std::chrono::seconds(1));
            Observation observation = around;
            observation.at = clock.now();
            observation.attached = true;
            auto second = encoder.second();
            second.at = clock.now();
            if (change) change(second, observation);
            observation.seconds.push_back(std::make_shared<const media::Second>(second));
            observe(observation);
        }
    }

    /// `seconds` seconds without an encoder.
    void pass(int seconds, const std::function<void(Observation&)>& change = {}) {
        for (int i = 0; i < seconds; ++i) {
            clock.advance(std::chrono::seconds(1));
            Observation observation = around;
            observation.at = clock.now();
            if (change) change(observation);
            observe(observation);
        }
    }

    /// Another encoder attaches.
    void reconnect() { ++encoder.sessions; }

    void observe(const Observation& observation) {
        for (auto& change : health.observe(observation))
            changes.push_back(std::move(change));
    }

    /// The alert of `code` that is not resolved.
    std::optional<Alert> alert(std::string_view code) const {
        const auto document = health.document();
        for (const auto& issue : document.at("issues").as_array())
            if (issue.at("code").as_string() == code) return last(code);
        return std::nullopt;
    }

    /// The newest that was told of `code`.
    std::optional<Alert> last(std::string_view code) const {
        std::optional<Alert> found;
        for (const auto& change : changes)
            if (change.alert.code == code) found = change.alert;
        return found;
    }

    double figure(std::string_view name) const {
        const auto document = health.document();
        REQUIRE_MESSAGE(document.at(name).is_number(), std::string(name));
        return document.at(name).to_number<double>();
    }

    bool is_null(std::string_view name) const { return health.document().at(name).is_null(); }

    ManualClock clock;
    Encoder encoder;
    Observation around;  // what observations are made from
    StreamHealth health;
    std::vector<AlertChange> changes;  // told so far
};

}  // namespace tally::health
