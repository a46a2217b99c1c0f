#include "analytics/store/clickhouse_store.hpp"
#include "analytics/store/row_binary.hpp"
#include "analytics/store/testing.hpp"

namespace tally::analytics {

using namespace test;

TEST_CASE("an address of ClickHouse says where, as whom, and which database") {
    const auto address = parse_clickhouse_address("clickhouse://ann:s%40cret@ch.example:9123/facts");
    REQUIRE(address);
    CHECK(address->url.host == "ch.example");
    CHECK(address->url.port == 9123);
    CHECK_FALSE(address->url.secure);
    CHECK(address->user == "ann");
    CHECK(address->password == "s@cret");
    CHECK(address->place() == "ch.example:9123/facts");
    const auto plain = parse_clickhouse_address("clickhouse://localhost");
    REQUIRE(plain);
    CHECK(plain->place() == "localhost:8123/default");
    CHECK(plain->user == "default");
    CHECK(parse_clickhouse_address("clickhouse://h/d?secure=true")->place() == "h:8443/d");
}

TEST_CASE("what is no address of ClickHouse is refused without repeating the password") {
    for (const std::string_view text :
         {"",
          "http://u:hunter2@h",
          "clickhouse://",
          "clickhouse://u:hunter2@h/a-b",
          "clickhouse://u:hunter2@h/d?x=1",
          "clickhouse://u:hunter2%0a@h/d",
          "clickhouse://u:hunter2@h:99999/d"}) {
        CAPTURE(text);
        const auto address = parse_clickhouse_address(text);
        REQUIRE_FALSE(address);
        CHECK_FALSE(address.error().context.contains("hunter2"));
    }
}

TEST_CASE("rows are read as they were written, and not past their end") {
    RowWriter writer;
    const std::string text(300, 'x');
    writer << std::int64_t{-5} << ~std::uint64_t{0} << 0.5 << true << text << at(3) << Exit::fatal
           << std::optional<std::int64_t>() << std::optional<std::int64_t>(7);
    const auto rows = writer.take();
    RowReader reader(rows);
    std::int64_t number = 0;
    std::uint64_t key = 0;
    double fraction = 0;
    bool yes = false;
    std::string read;
    Time time;
    Exit exit{};
    std::optional<std::int64_t> none = 1;
    std::optional<std::int64_t> some;
    reader >> number >> key >> fraction >> yes >> read >> time >> exit >> none >> some;
    CHECK(number == -5);
    CHECK(key == ~std::uint64_t{0});
    CHECK(fraction == 0.5);
    CHECK(yes);
    CHECK(read == text);
    CHECK(time == at(3));
    CHECK(exit == Exit::fatal);
    CHECK_FALSE(none);
    CHECK(some == 7);
    CHECK_FALSE(reader.more());
    CHECK_THROWS_AS(reader >> key, sql::Unavailable);
    for (const std::string_view broken :
         {"\xff\xff\xff\xff\xff\xff\xff",
          "\x05"
          "abc",
          "\x80"})
        CHECK_THROWS_AS(RowReader(broken) >> read, sql::Unavailable);
}

TEST_CASE("a ClickHouse that is away is an error that says where, and not the password") {
    const auto store = *make_store("clickhouse://ann:secret@127.0.0.1:1/facts", "");
    const auto refused = wait(store->append({.sessions = {view(1, 0, 1)}}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::io);
    CHECK(refused.error().context.contains("127.0.0.1:1/facts"));
    CHECK_FALSE(refused.error().context.contains("secret"));
    const auto unread = wait(store->read([](FactReader&) { FAIL("there is nothing to read"); }));
    CHECK(unread.error().code == Errc::io);
}

}  // namespace tally::analytics
