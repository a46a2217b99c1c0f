// Answers that many ask for again and again are made once a second at most, and shared.
#pragma once

#include "base/clock.hpp"
#include "base/lru.hpp"
#include "http/message.hpp"

#include <atomic>

namespace tally::http {

/// What is shared says so itself: a 200 with an X-Poll-Interval, for the same address and the same caller.
/// Who may ask, and how often, is settled before this is asked. From any thread.
class SharedAnswers {
public:
    /// `version` gives another number once what answers tell of was changed by this process; what changes
    /// otherwise shows within a second. Called from any thread.
    SharedAnswers(const Clock& clock, std::function<std::uint64_t()> version)
        : clock_(clock),
          version_(std::move(version)) {}

    /// `handler`, asked when there is nothing to share. This outlives it.
    Handler wrap(Handler handler);

private:
    struct Shared {
        Response response;
        std::uint64_t version;
        Instant made;
        std::atomic<bool> renewing = false;  // by who asked first near its end: the others need not wait
    };

    using SharedPtr = std::shared_ptr<Shared>;

    Async<Response> answer(const Handler& handler, const Request& request);
    SharedPtr find_fresh(const std::string& key);
    void keep(const std::string& key, const Response& response, std::uint64_t version);

    static constexpr std::size_t most_bytes = 16 * 1024 * 1024;

    const Clock& clock_;
    std::function<std::uint64_t()> version_;
    Lru<SharedPtr> kept_{most_bytes};
};

}  // namespace tally::http
