#include "analytics/query/finaliser.hpp"

#include "analytics/query/kept_summary.hpp"
#include "analytics/recordings.hpp"
#include "base/log.hpp"
#include "json/text.hpp"
#include "net/signal.hpp"

namespace tally::analytics {

namespace {

using namespace std::chrono_literals;

constexpr auto turn_interval = 30s;
constexpr Milliseconds step = 500ms;  // how soon close() is noticed
constexpr auto prune_interval = 1h;
/// Views are kept for 30 days: whatever has no report by then never gets one.
constexpr auto remembered = 30 * 24h;

}  // namespace

Async<> Finaliser::run() {
    net::Timer timer(co_await asio::this_coro::executor);
    for (Milliseconds waited = turn_interval; !closed_; waited += step) {
        timer.expires_after(step);
        co_await timer.async_wait(as_result);
        if (closed_ || waited < turn_interval) continue;
        waited = {};
        co_await turn();
        if (pruned_ && clock_.now() - *pruned_ < prune_interval) continue;
        pruned_ = clock_.now();
        if (const auto done = co_await archive_.prune(*pruned_); !done)
            log::warn("analytics.prune_failed", {{"error", done.error().context}});
    }
}

void Finaliser::close() {
    closed_ = true;
}

Async<std::size_t> Finaliser::turn() {
    const auto now = clock_.now();
    std::size_t made = 0;
    const auto waiting = co_await archive_.without_report(now - remembered);
    if (!waiting) co_return made;
    for (const auto& id : *waiting) {
        if (closed_) break;
        if (is_recording(id)) continue;  // never final: it may be watched at any time
        auto found = co_await broadcasts_.find(id);
        if (!found || !*found) continue;
        Question question{.broadcast = **std::move(found), .now = now};
        if (!question.settled()) continue;
        const auto broadcast = question.broadcast;
        if (const auto done = co_await report(std::move(question)); !done) {
            log::warn("analytics.report_failed", {{"broadcast", id.text()}, {"error", done.error().context}});
            continue;
        }
        ++made;
        if (made_) made_(broadcast);
    }
    co_return made;
}

Task<> Finaliser::report(Question question) {
    std::vector<Report> reports;
    const auto done = co_await archive_.read([&](FactReader& reader) {
        reports.push_back(to_report(summarize(reader, question)));
        for (const auto& [kind, answer] : kept_answers())
            reports.push_back(
                {.kind = std::string(kind), .document = tally::json::print(answer(reader, question))}
            );
    });
    if (!done) co_return std::unexpected(done.error());
    co_return co_await archive_.keep(question.broadcast.id, std::move(reports));
}

}  // namespace tally::analytics
