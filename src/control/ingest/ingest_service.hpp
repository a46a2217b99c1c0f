// Decides which stream an encoder feeds: by its key, or on its own initiative (API A25, A26).
#pragma once

#include "control/broadcast/broadcast_service.hpp"
#include "control/lifecycle/stream_lifecycle.hpp"

namespace tally::control {

/// What the encoder dialled: `live/{name}` with an optional `?key=`.
struct PublishRequest {
    std::string name;   // a stream key, or a channel's id or slug
    std::string key{};  // empty: the name is the key, or none is needed
    bool loopback = false;
};

struct Admission {
    StreamId stream;
    ChannelId channel;
};

class IngestService {
public:
    IngestService(
        sql::Database& database,
        const Clock& clock,
        const ChannelFactory& factory,
        LiveDirectory& live,
        StreamLifecycle& lifecycle,
        Options options
    )
        : database_(database),
          clock_(clock),
          factory_(factory),
          live_(live),
          lifecycle_(lifecycle),
          options_(options) {}

    /// Whose key it is: what admit() would say first. Changes nothing.
    Async<Result<Channel>> channel_of(PublishRequest request);

    /// The stream to attach to: the live directory has it when this returns. Errc::refused with the reason
    /// for the encoder, Errc::io while the store is away.
    Async<Result<Admission>> admit(PublishRequest request);

private:
    Result<Channel> identify(sql::Session& session, const PublishRequest& request) const;
    Result<LiveStart> find_or_start(sql::Session& session, Channel channel, Time now) const;
    Async<> stay_quiet(ChannelId channel);

    sql::Database& database_;
    const Clock& clock_;
    const ChannelFactory& factory_;
    LiveDirectory& live_;
    StreamLifecycle& lifecycle_;
    Options options_;
};

}  // namespace tally::control
