#include "app/admission.hpp"

#include "control/webhook/signature.hpp"

namespace tally::app {
namespace {

Result<std::optional<http::Url>> address(std::string_view key, const std::string& text) {
    if (text.empty()) return std::nullopt;
    auto url = http::parse_url(text);
    if (!url) return fail(Errc::malformed, fmt::format("{}: {}", key, url.error().context));
    return *std::move(url);
}

}  // namespace

Result<std::unique_ptr<Admission>> Admission::make(const config::Hooks& settings, const Clock& clock) {
    control::AdmissionHooks::Options options{
        .timeout = settings.timeout, .allow_on_failure = settings.on_failure == config::OnFailure::allow
    };
    TRY(options.publish, address("hooks.publish", settings.publish));
    TRY(options.play, address("hooks.play", settings.play));
    if (!options.publish && !options.play) return nullptr;
    auto key = control::webhook_key(settings.secret);
    if (!key) return fail(Errc::malformed, "hooks.secret: must be \"whsec_\" and base64 of 24 bytes or more");
    options.key = *std::move(key);
    return std::make_unique<Admission>(clock, std::move(options));
}

Admission::Admission(const Clock& clock, control::AdmissionHooks::Options options)
    : hooks_(clock, std::move(options), [this](http::ClientRequest request) {
          return client_.send(std::move(request));
      }) {}

Async<cdn::Outcome<void>> Admission::check(
    const http::Request& request, const cdn::LiveChannel& channel, std::string_view protocol
) {
    if (!hooks_.asks_to_play()) co_return cdn::Outcome<void>();
    const auto allowed = co_await hooks_.reload({
        .channel = channel.id,
        .broadcast = channel.broadcast,
        .protocol = protocol,
        .address = std::string(request.peer),
        .request_id = request.id,
    });
    if (allowed) co_return cdn::Outcome<void>();
    co_return http::problem(403, "refused_by_hook", allowed.error().context);
}

}  // namespace tally::app
