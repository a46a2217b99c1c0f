#include "analytics/collect/collect_routes.hpp"

#include "analytics/collect/cmcd_json.hpp"
#include "http/problem.hpp"
#include "json/text.hpp"

namespace tally::analytics {
namespace {

using http::Outcome;
using http::Request;
using http::Response;

constexpr std::size_t largest_body = 64 * 1024;

Outcome<std::vector<CmcdRecord>> bounded(Result<std::vector<CmcdRecord>> records) {
    if (!records) return http::problem(400, "malformed_report", records.error().context);
    if (records->size() > Collector::most_records)
        return http::problem(
            413, "too_many_records", fmt::format("A report has at most {} records.", Collector::most_records)
        );
    return *std::move(records);
}

Result<std::vector<CmcdRecord>> read_lines(std::string_view body) {
    std::vector<CmcdRecord> records;
    while (!body.empty() && records.size() <= Collector::most_records) {
        const auto end = std::min(body.find('\n'), body.size());
        const auto line = body.substr(0, end);
        body.remove_prefix(std::min(end + 1, body.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        TRY(auto record, parse_cmcd(line));
        records.push_back(std::move(record));
    }
    return records;
}

/// `document` keeps what the records' views point into.
Outcome<std::vector<CmcdRecord>> read_body(const Request& request, boost::json::value& document) {
    if (request.body.size() > largest_body)
        return http::problem(413, "body_too_large", "A report has at most 64 KiB.");
    const auto type = request.header("Content-Type");
    const auto start = request.body.find_first_not_of(" \t\r\n");
    const bool json =
        type.starts_with("application/json") ||
        (start != std::string_view::npos && (request.body[start] == '[' || request.body[start] == '{'));
    if (!json) return bounded(read_lines(request.body));
    auto parsed = json::parse(request.body);
    if (!parsed) return http::problem(400, "malformed_report", "The body is no JSON.");
    document = *std::move(parsed);
    return bounded(read_cmcd(document));
}

std::unexpected<http::Problem> again_later(unsigned status, std::string code, std::string detail) {
    auto refusal = http::problem(status, std::move(code), std::move(detail));
    refusal.error().retry_after = 1;
    return refusal;
}

Outcome<Response> answer_to(const Collected& collected, int heartbeat) {
    if (collected.busy) return again_later(503, "analytics_unavailable", "Reports cannot be kept just now.");
    if (collected.taken == 0 && collected.limited > 0)
        return again_later(429, "rate_limited", "Too many reports: slow down.");
    if (collected.taken == 0 && collected.refused > 0)
        return http::problem(
            410, "report_refused", "This view's reports are not, or no longer, taken: stop sending."
        );
    Response response{.status = 204, .headers = {}, .body = {}};
    response.headers.add("Stream-Heartbeat", std::to_string(heartbeat));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_collect_route(http::Router& router, std::string_view path, Collector& collector) {
    router.add(http::Method::post, path, [&collector](const Request& request) -> Async<Response> {
        boost::json::value document;
        auto records = read_body(request, document);
        if (!records) co_return to_response(records.error(), request);
        const auto token = request.query_parameter("tk").value_or("");
        const auto collected = co_await collector.take(
            *std::move(records),
            {
                .address = request.peer,
                .user_agent = request.header("User-Agent"),
                .token = token,
                .private_browsing = request.header("Sec-GPC") == "1",
            }
        );
        auto answered = answer_to(collected, collector.heartbeat());
        co_return answered ? *std::move(answered) : to_response(answered.error(), request);
    });
}

}  // namespace tally::analytics
