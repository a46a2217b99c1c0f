#include "http/request_parser.hpp"

#include "http/ascii.hpp"
#include "http/method.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <cstring>
#include <ranges>

namespace tally::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr std::size_t least_space = 2048;
constexpr std::size_t kept_body_capacity = 16 * 1024;

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

}  // namespace

/// Beast's parser, told to keep views instead of copies.
struct RequestParser::Message final : beast::http::basic_parser<true> {
    explicit Message(RequestParser& parser) : owner(parser) {
        header_limit(static_cast<std::uint32_t>(owner.limits_.header_bytes));
        body_limit(owner.limits_.body_bytes);
    }

    void on_request_impl(
        beast::http::verb, beast::string_view method, beast::string_view target, int number, error_code& error
    ) override {
        version = number;
        owner.request_.method = method_of(view(method));
        if (!owner.take_target(view(target))) error = beast::http::error::bad_target;
    }

    void on_field_impl(
        beast::http::field, beast::string_view name, beast::string_view value, error_code& error
    ) override {
        if (is_header_done()) return;  // trailers
        const auto text = owner.head_.text();
        const bool in_place =
            value.empty() || (value.data() >= text.data() && value.data() < text.data() + text.size());
        if (!in_place) error = beast::http::error::bad_obs_fold;  // RFC 9112 5.2
        owner.fields_.emplace_back(view(name), view(value));
    }

    void on_header_impl(error_code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    std::size_t on_body_impl(beast::string_view piece, error_code&) override {
        owner.body_.append(piece.data(), piece.size());
        return piece.size();
    }

    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece, error_code&) override {
        owner.body_.append(piece.data(), piece.size());
        return piece.size();
    }

    void on_finish_impl(error_code&) override {}

    void on_response_impl(int, beast::string_view, int, error_code&) override {}

    RequestParser& owner;
    int version = 0;  // 10 or 11
};

void RequestParser::Buffer::consume(std::size_t size) {
    begin += size;
    if (begin == end) begin = end = 0;
}

asio::mutable_buffer RequestParser::Buffer::space(std::size_t most) {
    if (end == bytes.size() && begin > 0) {
        std::memmove(bytes.data(), bytes.data() + begin, end - begin);
        end -= std::exchange(begin, 0);
    }
    if (end == bytes.size() || bytes.size() < least_space)
        bytes.resize(std::min(most, std::max(least_space, bytes.size() * 2)));
    return asio::buffer(bytes.data() + end, bytes.size() - end);
}

RequestParser::RequestParser(const Limits& limits) : limits_(limits) {
    request_.header = [this](std::string_view name) { return header(name); };
}

RequestParser::~RequestParser() = default;

asio::mutable_buffer RequestParser::space() {
    return (in_body_ ? rest_ : head_).space(limits_.header_bytes + least_space);
}

RequestParser::State RequestParser::received(std::size_t size) {
    (in_body_ ? rest_ : head_).end += size;
    return advance();
}

RequestParser::State RequestParser::next() {
    head_.consume(std::exchange(head_size_, 0));
    if (std::exchange(in_body_, false)) {
        std::swap(head_, rest_);
        rest_ = {};
    }
    scanned_ = 0;
    expectation_ = false;
    message_.reset();
    fields_.clear();
    request_.path = request_.query = request_.body = {};
    request_.parameters.clear();
    body_.clear();
    if (body_.capacity() > kept_body_capacity) body_.shrink_to_fit();
    return advance();
}

RequestParser::State RequestParser::advance() {
    return in_body_ ? parse_body() : parse_head();
}

RequestParser::State RequestParser::parse_head() {
    if (scanned_ == 0)  // RFC 9112 2.2: empty lines before a request are skipped
        while (head_.text().starts_with('\r') || head_.text().starts_with('\n'))
            head_.consume(1);
    const auto text = head_.text();
    if (!text.empty() && (text[0] < 'A' || text[0] > 'z'))
        return refuse(400, "malformed_request", "The bytes are not an HTTP request.");
    const auto end = text.find("\r\n\r\n", scanned_);
    if (std::min(end, text.size()) + 4 > limits_.header_bytes) {
        if (text.substr(0, limits_.header_bytes).find('\n') == text.npos)
            return refuse(414, "uri_too_long", "The request's address is too long.");
        return refuse(431, "headers_too_large", "The request's headers are too large.");
    }
    if (end == text.npos) {
        scanned_ = text.size() < 3 ? 0 : text.size() - 3;
        return State::incomplete;
    }
    head_size_ = end + 4;
    message_ = std::make_unique<Message>(*this);
    error_code error;
    message_->put(asio::buffer(text.data(), head_size_), error);
    if (error == beast::http::error::body_limit)
        return refuse(413, "content_too_large", "The request's body is too large.");
    if (error || !message_->is_header_done())
        return refuse(
            400, "malformed_request", fmt::format("The request is malformed: {}.", error.message())
        );
    return check_head();
}

RequestParser::State RequestParser::check_head() {
    const auto hosts = std::ranges::count_if(fields_, [](const auto& field) {
        return equals_ignoring_case(field.first, "Host");
    });
    // RFC 9112 3.2
    if (hosts > 1 || (hosts == 0 && message_->version == 11))
        return refuse(400, "malformed_request", "The request needs exactly one Host header.");
    // RFC 9112 6.1: a length that is not understood must not be guessed, nor a body that is coded twice.
    const auto codings = std::ranges::count_if(fields_, [](const auto& field) {
        return equals_ignoring_case(field.first, "Transfer-Encoding");
    });
    if (codings > 1 || (codings == 1 && !equals_ignoring_case(header("Transfer-Encoding"), "chunked")))
        return refuse(
            501, "transfer_encoding_unsupported", "Only the chunked transfer encoding is understood."
        );
    if (codings == 1 && message_->version == 10)
        return refuse(400, "malformed_request", "HTTP/1.0 has no transfer encodings.");
    if (message_->is_done()) return State::complete;

    const auto behind = head_.text().substr(head_size_);
    rest_.bytes.assign(behind.begin(), behind.end());
    rest_.begin = 0;
    rest_.end = behind.size();
    head_.end = head_.begin + head_size_;
    in_body_ = true;
    // RFC 9110 10.1.1: HTTP/1.0 does not know the answer that is asked for.
    expectation_ = knows_chunks() && behind.empty() && equals_ignoring_case(header("Expect"), "100-continue");
    message_->eager(true);
    return parse_body();
}

RequestParser::State RequestParser::parse_body() {
    error_code error;
    if (const auto text = rest_.text(); !text.empty())
        rest_.consume(message_->put(asio::buffer(text.data(), text.size()), error));
    if (error == beast::http::error::body_limit)
        return refuse(413, "content_too_large", "The request's body is too large.");
    if (error && error != beast::http::error::need_more)
        return refuse(
            400, "malformed_request", fmt::format("The request is malformed: {}.", error.message())
        );
    if (!message_->is_done()) {
        if (rest_.text().size() < limits_.header_bytes) return State::incomplete;
        return refuse(400, "malformed_request", "A chunk's header or trailer is too large.");
    }
    request_.body = body_;
    return State::complete;
}

RequestParser::State RequestParser::refuse(unsigned status, std::string code, std::string detail) {
    refusal_ = {.status = status, .code = std::move(code), .detail = std::move(detail)};
    return State::refused;
}

/// Origin form, absolute form or "*" (RFC 9112 3.2).
bool RequestParser::take_target(std::string_view target) {
    if (const auto scheme = target.find("://"); !target.starts_with('/') && scheme != target.npos) {
        const auto path = target.find_first_of("/?", scheme + 3);
        target = path == target.npos ? "/" : target.substr(path);
    }
    target = target.substr(0, target.find('#'));
    const auto mark = target.find('?');
    request_.path = target.substr(0, mark);
    request_.query = mark == target.npos ? "" : target.substr(mark + 1);
    return request_.path.starts_with('/') || (request_.path == "*" && request_.method == Method::options);
}

std::string_view RequestParser::header(std::string_view name) const {
    const auto found = std::ranges::find_if(fields_, [&](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
    return found == fields_.end() ? std::string_view() : found->second;
}

std::string_view RequestParser::last_header(std::string_view name) const {
    const auto backwards = std::views::reverse(fields_);
    const auto found = std::ranges::find_if(backwards, [&](const auto& field) {
        return equals_ignoring_case(field.first, name);
    });
    return found == backwards.end() ? std::string_view() : found->second;
}

bool RequestParser::take_expectation() {
    return std::exchange(expectation_, false);
}

bool RequestParser::keep_alive() const {
    return message_ != nullptr && message_->is_done() && message_->keep_alive();
}

bool RequestParser::knows_chunks() const {
    return message_ != nullptr && message_->version == 11;
}

bool RequestParser::may_upgrade() const {
    return knows_chunks() && !in_body_ && head_.text().size() == head_size_;
}

}  // namespace tally::http
