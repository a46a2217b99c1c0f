#include "analytics/query/broadcast_analytics.hpp"

#include "analytics/query/breakdowns.hpp"
#include "analytics/query/engagement.hpp"
#include "analytics/query/kept_summary.hpp"
#include "analytics/query/quality.hpp"
#include "analytics/query/recording_views.hpp"
#include "analytics/query/time_series.hpp"
#include "analytics/query/watch_time.hpp"
#include "analytics/recordings.hpp"
#include "json/text.hpp"

namespace tally::analytics {

namespace {

constexpr int retry_seconds = 2;
constexpr std::chrono::days comparable{90};
constexpr std::size_t most_comparable = 50;

/// Of a report nothing changes but how much came after it.
std::string with_late_records(const std::string& document, const LossFacts& losses) {
    auto parsed = tally::json::parse(document);
    if (!parsed || !parsed->is_object()) return document;
    note_late_records(parsed->as_object(), losses);
    return tally::json::print(*parsed);
}

json::object whole_series(FactReader& reader, const Question& question) {
    const auto interval = default_interval(question.to() - question.from());
    return time_series(reader, question, {.interval = interval});
}

}  // namespace

http::Problem unavailable(const Error& error) {
    return {
        .status = 503,
        .code = "analytics_unavailable",
        .detail = error.code == Errc::too_large ? "Too many questions wait for an answer. Try again."
                                                : "Analytics is not available now. Try again.",
        .retry_after = retry_seconds,
    };
}

http::Problem not_found(std::string_view kind, std::string_view id) {
    return {
        .status = 404,
        .code = fmt::format("{}_not_found", kind),
        .detail = fmt::format("There is no {} {}.", kind, id),
    };
}

std::span<const std::pair<std::string_view, BroadcastAnswer>> kept_answers() {
    static const auto answers = std::to_array<std::pair<std::string_view, BroadcastAnswer>>({
        {"timeseries", whole_series},
        {"engagement", engagement_answer},
        {"quality", quality_answer},
        {"demographics", demographics_answer},
        {"geography",
         [](FactReader& reader, const Question& question) {
             return geography_answer(reader, question, PlaceLevel::country);
         }},
        {"devices", devices_answer},
        {"watch-time", watch_time_answer},
    });
    return answers;
}

Async<Outcome<Question>> BroadcastAnalytics::question(BroadcastId id, CommonParameters common) {
    auto found = co_await broadcasts_.find(id);
    if (!found) co_return std::unexpected(unavailable(found.error()));
    if (!*found) co_return std::unexpected(not_found("broadcast", id.text()));
    Question question{.broadcast = **std::move(found), .common = std::move(common), .now = clock_.now()};
    if (live_ && !question.settled()) co_await live_->settle(id);
    co_return question;
}

Async<Outcome<SharedText>> BroadcastAnalytics::ask(
    BroadcastId id, CommonParameters common, std::string key, std::string_view kept, BroadcastAnswer make
) {
    if (auto fresh = cache_.find(key)) co_return fresh;
    CO_TRY(auto asked, co_await question(std::move(id), std::move(common)));
    co_return co_await answer(std::move(asked), std::move(key), kept, std::move(make));
}

Async<Outcome<SharedText>> BroadcastAnalytics::answer(
    Question question, std::string key, std::string_view kept, BroadcastAnswer make
) {
    SharedText text;
    const auto done = co_await archive_.read([&](FactReader& reader) {
        text = cache_.get(key, question.settled(), [&] {
            if (!kept.empty() && question.common.plain() && question.settled())
                if (auto report = reader.report(question.broadcast.id, kept))
                    return with_late_records(report->document, reader.losses(question.broadcast.id));
            return tally::json::print(make(reader, question));
        });
    });
    if (!done) co_return std::unexpected(unavailable(done.error()));
    co_return text;
}

Async<Outcome<SharedText>> BroadcastAnalytics::summary(
    BroadcastId id, CommonParameters common, std::string key
) {
    if (auto fresh = cache_.find(key)) co_return fresh;
    CO_TRY(auto asked, co_await question(std::move(id), std::move(common)));
    if (const auto recording = recording_of(asked.broadcast.id); live_ && recording)
        co_await live_->settle(*recording);
    const auto until = asked.broadcast.begin();
    auto others =
        co_await broadcasts_.started_in(asked.broadcast.channel, until - comparable, until, most_comparable);
    if (!others) co_return std::unexpected(unavailable(others.error()));
    co_return co_await answer(
        std::move(asked),
        std::move(key),
        "",
        [others = *std::move(others)](FactReader& reader, const Question& question) {
            auto summary = kept_summary(reader, question);
            summary.document["deltaVsChannelMedian"] = delta_to_median(reader, summary, question, others);
            summary.document["recording"] = recording_views(reader, question.broadcast.id);
            return std::move(summary.document);
        }
    );
}

}  // namespace tally::analytics
