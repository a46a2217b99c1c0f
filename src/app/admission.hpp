// The admission hooks of the settings: asked over HTTP for what RTMP and delivery let in.
#pragma once

#include "cdn/play_hook.hpp"
#include "config/settings.hpp"
#include "control/admission/admission_hooks.hpp"

namespace tally::app {

class Admission final : public cdn::PlayHook {
public:
    /// Null when no hook is set. Errc::malformed names the setting.
    static Result<std::unique_ptr<Admission>> make(const config::Hooks& settings, const Clock& clock);

    Admission(const Clock& clock, control::AdmissionHooks::Options options);

    Async<cdn::Outcome<void>> check(
        const http::Request& request, const cdn::LiveChannel& channel, std::string_view protocol
    ) override;

    control::AdmissionHooks& hooks() { return hooks_; }

private:
    WorkerPool names_{"admission names", 2, 512};
    http::Client client_{names_, {.allow_private = true, .keep_alive = true}};
    control::AdmissionHooks hooks_;
};

}  // namespace tally::app
