#include "http/client/response_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tally::http {
namespace {

namespace beast = boost::beast;

constexpr std::uint32_t most_head = 16 * 1024;

Error parse_error(const beast::error_code& error) {
    using beast::http::error::body_limit;
    using beast::http::error::header_limit;
    if (error == body_limit || error == header_limit) return {Errc::too_large, "the response is too large"};
    return {Errc::malformed, "not an HTTP response: " + error.message()};
}

}  // namespace

struct ResponseParser::Message {
    beast::http::response_parser<beast::http::string_body> parser;
    std::string unparsed;  // a part of a head or of a chunk's size
};

ResponseParser::ResponseParser(std::size_t most_body) : message_(std::make_unique<Message>()) {
    auto& parser = message_->parser;
    parser.eager(true);
    parser.header_limit(most_head);
    parser.body_limit(most_body);
}

ResponseParser::~ResponseParser() = default;

Result<bool> ResponseParser::feed(std::string_view bytes) {
    auto& [parser, unparsed] = *message_;
    if (parser.is_done()) return fail(Errc::malformed, "bytes behind the response");
    unparsed.append(bytes);
    beast::error_code error;
    const auto used = parser.put(asio::buffer(unparsed), error);
    unparsed.erase(0, used);
    if (error == beast::http::error::need_more && unparsed.size() <= most_head) return false;
    if (error) return std::unexpected(parse_error(error));
    if (parser.is_done() && !unparsed.empty()) return fail(Errc::malformed, "bytes behind the response");
    return parser.is_done();
}

Result<bool> ResponseParser::end() {
    auto& parser = message_->parser;
    if (parser.is_done()) return true;
    beast::error_code error = beast::http::error::end_of_stream;
    if (parser.got_some()) parser.put_eof(error);
    if (error) return fail(Errc::closed, "the peer closed the connection before its answer's end");
    return true;
}

bool ResponseParser::has_started() const {
    return message_->parser.got_some() || !message_->unparsed.empty();
}

bool ResponseParser::keep_alive() const {
    return message_->parser.is_done() && message_->parser.keep_alive();
}

ClientResponse ResponseParser::take() {
    auto message = message_->parser.release();
    ClientResponse response{.status = message.result_int(), .headers = {}, .body = std::move(message.body())};
    for (const auto& field : message) {
        const auto name = field.name_string();
        response.headers.add({name.data(), name.size()}, {field.value().data(), field.value().size()});
    }
    return response;
}

}  // namespace tally::http
