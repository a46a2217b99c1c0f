#include "app/events.hpp"

#include "net/spawn.hpp"

namespace tally::app {

bool allows_private_hooks(const config::Settings& settings) {
    if (settings.hooks.private_targets != config::PrivateTargets::automatic)
        return settings.hooks.private_targets == config::PrivateTargets::allow;
    return asio::ip::make_address(settings.server.bind).is_loopback();
}

Events::Events(
    const config::Settings& settings, const Storage& storage, const Clock& clock, net::Runtime& runtime
)
    : runtime_(runtime),
      client_(names_, {.allow_private = allows_private_hooks(settings)}),
      feed_(*storage.database, clock, runtime.executor(0)),
      webhooks_(
          *storage.database,
          clock,
          control::WebhookSecrets(storage.secret),
          {.allow_http = allows_private_hooks(settings)}
      ),
      dispatcher_(
          runtime.executor(0),
          {
              .database = *storage.database,
              .clock = clock,
              .feed = feed_,
              .secrets = control::WebhookSecrets(storage.secret),
              .send = [this](http::ClientRequest request) { return client_.send(std::move(request)); },
          }
      ) {}

Async<> Events::start(const http::PublicUrls& urls) {
    co_await feed_.start(urls);
    net::spawn(runtime_.executor(0), "events", feed_.run());
    net::spawn(runtime_.executor(0), "webhooks", dispatcher_.run());
}

}  // namespace tally::app
