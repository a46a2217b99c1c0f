#include "http/message.hpp"

#include <doctest/doctest.h>

namespace tally::http {

TEST_CASE("header names compare without case, and setting replaces") {
    Headers headers;
    headers.add("ETag", "1");
    headers.add("Link", "a");
    headers.add("link", "b");
    headers.set("etag", "2");
    CHECK(headers.get("ETAG") == "2");
    CHECK(headers.get("Link") == "a");
    CHECK(headers.get("absent").empty());
}

TEST_CASE("query parameters are found whole and decoded") {
    Request request;
    request.query = "ab=1&a=x%20y+z&empty=&flag&%61c=2&bad=%4";
    CHECK(request.query_parameter("a") == "x y z");
    CHECK(request.query_parameter("empty") == "");
    CHECK(request.query_parameter("flag") == "");
    CHECK(request.query_parameter("ac") == "2");
    CHECK_FALSE(request.query_parameter("b"));
    CHECK_FALSE(request.query_parameter("bad"));
}

TEST_CASE("a date survives its text form") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == 784111777);
    CHECK_FALSE(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT+1"));
    CHECK_FALSE(parse_http_date(""));
}

}  // namespace tally::http
