#include "analytics/store/clickhouse_connection.hpp"

#include <boost/asio/co_spawn.hpp>

namespace tally::analytics {

namespace {

constexpr std::size_t most_answered = 256 << 20;
constexpr http::ClientLimits limits{
    .connect = Milliseconds(2000),
    .total = Milliseconds(30'000),
    .response_bytes = most_answered,
};
/// An answer is sent once it is complete: what goes wrong in the middle is an error, and not half an answer.
constexpr std::string_view settings = "wait_end_of_query=1&buffer_size=16777216&optimize_move_to_prewhere=0";
constexpr std::size_t longest_complaint = 300;

}  // namespace

ClickHouseConnection::ClickHouseConnection(ClickHouseAddress address, WorkerPool& names)
    : address_(std::move(address)),
      client_(names, {.allow_private = true, .keep_alive = true}) {}

std::string ClickHouseConnection::run(std::string statement) {
    return send(fmt::format("/?database={}&{}", address_.database, settings), std::move(statement));
}

std::vector<std::string> ClickHouseConnection::run_together(std::vector<std::string> statements) {
    std::vector<std::pair<std::string, std::string>> requests;
    requests.reserve(statements.size());
    for (auto& statement : statements)
        requests.emplace_back(
            fmt::format("/?database={}&{}&max_threads=1", address_.database, settings), std::move(statement)
        );
    return send_together(std::move(requests));
}

void ClickHouseConnection::insert(std::string_view table, std::string rows) {
    const auto target =
        fmt::format("/?database={}&query=insert+into+{}+format+RowBinary", address_.database, table);
    send(target, std::move(rows));
}

void ClickHouseConnection::run_outside(std::string statement) {
    send("/", std::move(statement));
}

std::string ClickHouseConnection::send(std::string target, std::string body) {
    std::vector<std::pair<std::string, std::string>> requests;
    requests.emplace_back(std::move(target), std::move(body));
    return std::move(send_together(std::move(requests)).front());
}

std::vector<std::string> ClickHouseConnection::send_together(
    std::vector<std::pair<std::string, std::string>> requests
) {
    std::vector<std::optional<Result<http::ClientResponse>>> outcomes(requests.size());
    std::size_t waiting = requests.size();
    context_.restart();
    for (std::size_t i = 0; i < requests.size(); ++i)
        asio::co_spawn(
            context_.get_executor(),
            client_.send(request_of(std::move(requests[i].first), std::move(requests[i].second))),
            [&, i](const std::exception_ptr& thrown, Result<http::ClientResponse> response) {
                --waiting;
                if (!thrown) outcomes[i].emplace(std::move(response));
            }
        );
    // Idle connections have timers: it is not run until nothing is left to do.
    while (waiting > 0 && context_.run_one() > 0)
        ;
    std::vector<std::string> bodies;
    bodies.reserve(outcomes.size());
    for (auto& outcome : outcomes)
        bodies.push_back(body_of(std::move(outcome)));
    return bodies;
}

http::ClientRequest ClickHouseConnection::request_of(std::string target, std::string body) const {
    http::ClientRequest request{
        .method = http::Method::post,
        .url = address_.url,
        .headers = {},
        .body = std::move(body),
        .limits = limits,
    };
    request.url.target = std::move(target);
    request.headers.add("X-ClickHouse-User", address_.user);
    request.headers.add("X-ClickHouse-Key", address_.password);
    return request;
}

std::string ClickHouseConnection::body_of(std::optional<Result<http::ClientResponse>> outcome) const {
    if (!outcome || !*outcome)
        throw ClickHouseAway(fmt::format(
            "analytics store: {}: {}", address_.place(), outcome ? outcome->error().context : "no answer"
        ));
    auto& response = **outcome;
    if (response.status != 200)
        throw sql::Unavailable(fmt::format(
            "analytics store: {}: {}", address_.place(), response.body.substr(0, longest_complaint)
        ));
    return std::move(response.body);
}

}  // namespace tally::analytics
