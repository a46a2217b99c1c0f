// The operator's say in who publishes and who watches: a server of theirs is asked before anybody is let in.
#pragma once

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/task.hpp"
#include "http/client/client.hpp"

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace tally::control {

/// What the hook is told; never a key or a token.
struct AdmissionQuestion {
    ChannelId channel;
    BroadcastId broadcast{};    // empty: none yet
    std::string_view protocol;  // "rtmp", "hls" or "dash"
    std::string address;        // the client's
    std::string request_id{};   // empty over RTMP
};

class AdmissionHooks {
public:
    struct Options {
        std::optional<http::Url> publish{};  // empty: whoever has the key may
        std::optional<http::Url> play{};     // empty: whoever may see the channel may
        Bytes key{};                         // signs what is asked
        Milliseconds timeout{2000};
        bool allow_on_failure = false;
    };

    using Send = std::function<Task<http::ClientResponse>(http::ClientRequest)>;

    AdmissionHooks(const Clock& clock, Options options, Send send)
        : clock_(clock),
          options_(std::move(options)),
          send_(std::move(send)) {}

    bool asks_to_publish() const { return options_.publish.has_value(); }

    bool asks_to_play() const { return options_.play.has_value(); }

    /// Errc::refused with the reason for the client. From any thread, as are those below.
    Task<> publish(AdmissionQuestion question);
    Task<> play(AdmissionQuestion question);
    /// Takes the answer that the client got for the channel in the last seconds: players load playlists again
    /// and again.
    Task<> reload(AdmissionQuestion question);

private:
    struct Answer {
        Result<> allowed;
        Instant until;
    };

    Task<> ask(std::string_view event, const http::Url& url, AdmissionQuestion question);
    Task<http::ClientResponse> call(const http::Url& url, std::string body);
    std::optional<Result<>> remembered(const std::string& client) const;
    void remember(std::string client, const Result<>& allowed);

    const Clock& clock_;
    Options options_;
    Send send_;
    std::atomic<std::size_t> under_way_ = 0;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Answer> answers_;  // by client and channel; under the mutex
};

}  // namespace tally::control
