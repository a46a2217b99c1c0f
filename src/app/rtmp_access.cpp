#include "app/rtmp_access.hpp"

namespace tally::app {
namespace {

constexpr std::string_view only_app = "live";

/// What was asked for is not repeated: a mistaken URL may have the key in it.
std::unexpected<Error> wrong_app() {
    return fail(Errc::not_found, fmt::format("the application is \"{}\": rtmp://HOST/live/KEY", only_app));
}

}  // namespace

Task<std::unique_ptr<media::Publisher>> RtmpAccess::publish(rtmp::StreamRequest request) {
    if (request.app != only_app) co_return wrong_app();
    CO_TRY(
        const auto admission,
        co_await ingest_.admit({
            .name = request.stream,
            .key = std::string(request.parameter("key")),
            .loopback = request.loopback,
        })
    );
    CO_TRY(const auto stream, co_await streams_.stream(admission.stream));
    co_return stream->attach();
}

Task<std::shared_ptr<media::Stream>> RtmpAccess::play(rtmp::StreamRequest request) {
    if (request.app != only_app) co_return wrong_app();
    const auto channel = names_.find(request.stream);
    if (!channel) co_return fail(Errc::not_found, "there is no such channel");
    co_return co_await streams_.playing(channel->id);
}

}  // namespace tally::app
