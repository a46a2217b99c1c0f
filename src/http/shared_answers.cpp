#include "http/shared_answers.hpp"

#include "http/accept_encoding.hpp"
#include "http/access.hpp"
#include "http/compression.hpp"

#include <fmt/format.h>

namespace tally::http {
namespace {

using namespace std::chrono_literals;

constexpr auto lifetime = 1s;
constexpr auto renewed_after = 750ms;

/// What an entry takes beside its body.
constexpr std::size_t overhead = 1024;

/// All that an answer may depend on. Compressed answers are others.
std::string key_of(const Request& request) {
    return fmt::format(
        "{}\n{}?{}\n{}",
        accepts_gzip(request.header("Accept-Encoding")) ? "gzip" : "",
        request.path,
        request.query,
        request.caller ? request.caller->id : ""
    );
}

bool is_shared(const Response& response) {
    return response.status == 200 && !response.headers.get("X-Poll-Interval").empty();
}

/// Copies of the answer are copies of a pointer.
void share_body(Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body))
        response.body = std::make_shared<const Bytes>(text->begin(), text->end());
}

}  // namespace

Handler SharedAnswers::wrap(Handler handler) {
    return [this, handler = std::move(handler)](const Request& request) { return answer(handler, request); };
}

Async<Response> SharedAnswers::answer(const Handler& handler, const Request& request) {
    const auto key = key_of(request);
    if (const auto shared = find_fresh(key)) co_return shared->response;
    const auto version = version_();  // before anything is read: a change meanwhile makes it an old one
    auto response = co_await handler(request);
    if (!is_shared(response)) co_return response;
    compress(response, request);
    share_body(response);
    keep(key, response, version);
    co_return response;
}

SharedAnswers::SharedPtr SharedAnswers::find_fresh(const std::string& key) {
    auto found = kept_.find(key);
    if (!found || (*found)->version != version_()) return nullptr;
    auto& shared = **found;
    const auto age = clock_.monotonic() - shared.made;
    const bool renews = age >= renewed_after && !shared.renewing.exchange(true);
    return age < lifetime && !renews ? *std::move(found) : nullptr;
}

void SharedAnswers::keep(const std::string& key, const Response& response, std::uint64_t version) {
    const auto* body = std::get_if<SharedBytes>(&response.body);
    if (body == nullptr) return;
    const auto weight = (*body)->size() + key.size() + overhead;
    kept_.put(key, std::make_shared<Shared>(response, version, clock_.monotonic()), weight);
}

}  // namespace tally::http
