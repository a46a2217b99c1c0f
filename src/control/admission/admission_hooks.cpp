#include "control/admission/admission_hooks.hpp"

#include "base/log.hpp"
#include "control/webhook/signature.hpp"
#include "json/text.hpp"

namespace tally::control {
namespace {

constexpr std::size_t most_under_way = 512;
constexpr std::size_t most_answers = 10'000;
constexpr std::chrono::seconds answer_holds{5};
constexpr std::size_t longest_reason = 200;
constexpr std::size_t longest_answer = 4096;
constexpr std::string_view refusal = "refused by the operator's hook";

std::string body_of(std::string_view event, const AdmissionQuestion& question) {
    boost::json::object body{
        {"event", event},
        {"channelId", question.channel.text()},
        {"protocol", question.protocol},
        {"address", question.address},
    };
    if (!question.broadcast.empty()) body["broadcastId"] = question.broadcast.text();
    if (!question.request_id.empty()) body["requestId"] = question.request_id;
    return json::print(body);
}

/// One line of bounded length, whatever the hook wrote.
std::string for_people(std::string_view reason) {
    auto size = std::min(reason.size(), longest_reason);
    while (size > 0 && size < reason.size() && (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U)
        --size;
    std::string text(reason.substr(0, size));
    std::ranges::replace_if(text, [](unsigned char each) { return each < ' ' || each == 0x7F; }, ' ');
    return text.empty() ? std::string(refusal) : text;
}

/// A yes or a no; empty when the answer is neither.
std::optional<Result<>> verdict(const http::ClientResponse& response) {
    const bool good = response.status >= 200 && response.status <= 299;
    if (!good && response.status != 403) return std::nullopt;
    const auto body = json::parse(response.body);
    const auto* said = body ? body->if_object() : nullptr;
    const auto* allow = said ? said->if_contains("allow") : nullptr;
    if (good && !(allow && allow->is_bool() && !allow->get_bool())) return Result<>();
    const auto* reason = said ? said->if_contains("reason") : nullptr;
    const auto* text = reason ? reason->if_string() : nullptr;
    return fail(Errc::refused, for_people(text ? std::string_view(*text) : refusal));
}

/// Counts a call for as long as it lives.
class UnderWay {
public:
    explicit UnderWay(std::atomic<std::size_t>& count) : count_(count), before_(count.fetch_add(1)) {}

    ~UnderWay() { count_.fetch_sub(1); }

    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

    bool fits() const { return before_ < most_under_way; }

private:
    std::atomic<std::size_t>& count_;
    std::size_t before_;
};

}  // namespace

Task<> AdmissionHooks::publish(AdmissionQuestion question) {
    if (!options_.publish) co_return Result<>();
    co_return co_await ask("publish", *options_.publish, std::move(question));
}

Task<> AdmissionHooks::play(AdmissionQuestion question) {
    if (!options_.play) co_return Result<>();
    co_return co_await ask("play", *options_.play, std::move(question));
}

Task<> AdmissionHooks::reload(AdmissionQuestion question) {
    auto client = fmt::format("{} {}", question.channel.text(), question.address);
    if (auto answer = remembered(client)) co_return *std::move(answer);
    auto allowed = co_await play(std::move(question));
    remember(std::move(client), allowed);
    co_return allowed;
}

Task<> AdmissionHooks::ask(std::string_view event, const http::Url& url, AdmissionQuestion question) {
    const auto response = co_await call(url, body_of(event, question));
    if (response)
        if (auto said = verdict(*response)) co_return *std::move(said);
    log::warn(
        "hook.failed",
        {{"event", event},
         {"channel", question.channel.text()},
         {"reason", response ? fmt::format("it answered {}", response->status) : response.error().context},
         {"allowed", options_.allow_on_failure}}
    );
    if (options_.allow_on_failure) co_return Result<>();
    co_return fail(Errc::refused, "the operator's hook does not answer: try again later");
}

Task<http::ClientResponse> AdmissionHooks::call(const http::Url& url, std::string body) {
    const UnderWay call(under_way_);
    if (!call.fits()) co_return fail(Errc::too_large, "too many are being asked about");
    const auto now = clock_.now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const auto id = "msg_" + make_ulid(now);
    auto headers = webhook_headers(id, seconds, webhook_signature(options_.key, id, seconds, body));
    co_return co_await send_({
        .method = http::Method::post,
        .url = url,
        .headers = std::move(headers),
        .body = std::move(body),
        .limits = {.connect = options_.timeout, .total = options_.timeout, .response_bytes = longest_answer},
    });
}

std::optional<Result<>> AdmissionHooks::remembered(const std::string& client) const {
    const std::scoped_lock lock(mutex_);
    const auto found = answers_.find(client);
    if (found == answers_.end() || found->second.until <= clock_.monotonic()) return std::nullopt;
    return found->second.allowed;
}

void AdmissionHooks::remember(std::string client, const Result<>& allowed) {
    const std::scoped_lock lock(mutex_);
    const auto now = clock_.monotonic();
    if (answers_.size() >= most_answers) {
        std::erase_if(answers_, [&](const auto& each) { return each.second.until <= now; });
        if (answers_.size() >= most_answers) answers_.clear();
    }
    answers_.insert_or_assign(std::move(client), Answer{allowed, now + answer_holds});
}

}  // namespace tally::control
