#include "sql/database.hpp"

#include "sql/migrations.hpp"
#include "sql/testing.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <doctest/doctest.h>

#include <atomic>

namespace tally::sql {
namespace {

enum class Colour : std::uint8_t { red, public_ };
BOOST_DESCRIBE_ENUM(Colour, red, public_)

struct Item {
    ChannelId id;
    Colour colour = Colour::red;
    Time at;
    std::optional<Time> ended_at;
    std::optional<std::string> note;
    bool flag = false;
    double share = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (id, colour, at, ended_at, note, flag, share))

constexpr Time now{Milliseconds(1'700'000'000'123)};

int make_items(Session& session) {
    session.execute(
        "create table items (id text primary key, colour text not null, at bigint not null, ended_at bigint,"
        " note text, flag bigint not null, share double precision not null)"
    );
    return 0;
}

Item example(std::string_view id) {
    Item item;
    item.id = *ChannelId::parse(id);
    item.colour = Colour::public_;
    item.at = now;
    item.flag = true;
    item.share = 0.25;
    return item;
}

TEST_CASE("a row comes back as it was written, with NULLs and times beyond 32 bits") {
    const TemporaryStore store;
    const auto database = store.open();
    wait(database->transact(make_items));
    wait(database->transact([](Session& session) {
        session.insert("items", example("ch_1"));
        auto second = example("ch_2");
        second.ended_at = now + Milliseconds(5);
        second.note = "it's";
        session.insert("items", second);
        second.flag = false;
        session.update("items", second);
        return 0;
    }));
    const auto items = wait(database->read([](Session& session) {
        return session.query<Item>("select * from items order by id");
    }));
    REQUIRE(items.size() == 2);
    CHECK(items[0].at == now);
    CHECK(items[0].colour == Colour::public_);
    CHECK(!items[0].ended_at);
    CHECK(!items[0].note);
    CHECK(items[0].flag);
    CHECK(items[0].share == 0.25);
    CHECK(items[1].ended_at == now + Milliseconds(5));
    CHECK(items[1].note == "it's");
    CHECK(!items[1].flag);
}

TEST_CASE("an error value rolls back, as an exception does") {
    const TemporaryStore store;
    const auto database = store.open();
    wait(database->transact(make_items));
    const auto refused = wait(database->transact([](Session& session) -> Result<int> {
        session.insert("items", example("ch_1"));
        return fail(Errc::refused, "no");
    }));
    CHECK(!refused);
    CHECK_THROWS_AS(
        wait(database->transact([](Session& session) {
            session.insert("items", example("ch_2"));
            session.insert("items", example("ch_2"));
            return 0;
        })),
        Unavailable
    );
    const auto left =
        wait(database->read([](Session& session) { return session.query<Item>("select * from items"); }));
    CHECK(left.empty());
}

/// Runs `count` pieces of work beside each other, and gives when all are done.
template <class Work>
void run_together(std::size_t count, Work work) {
    asio::io_context context;
    for (std::size_t i = 0; i < count; ++i)
        asio::co_spawn(context, work(), [](std::exception_ptr error, int) { CHECK(!error); });
    context.run();
}

TEST_CASE("changes that are made at the same time after looking are as if made one after another") {
    const TemporaryStore store;
    const auto database = store.open();
    wait(database->transact(make_items));
    wait(database->transact([](Session& session) {
        session.insert("items", example("ch_1"));
        return 0;
    }));
    constexpr std::size_t many = 60;
    run_together(many, [&] {
        return database->transact([](Session& session) {
            auto item = *session.find<Item>("select * from items where id = 'ch_1'");
            item.share += 1;
            session.update("items", item);
            return 0;
        });
    });
    const auto item =
        wait(database->read([](Session& session) { return *session.find<Item>("select * from items"); }));
    CHECK(item.share == 0.25 + many);
}

TEST_CASE("of those who insert the same at the same time, one does, and the others find it") {
    const TemporaryStore store;
    const auto database = store.open();
    wait(database->transact(make_items));
    std::atomic<int> inserted = 0;
    run_together(40, [&] {
        return [](Database& on, std::atomic<int>& count) -> Async<int> {
            const bool mine = co_await on.transact([](Session& session) {
                if (session.find<Item>("select * from items")) return false;
                session.insert("items", example("ch_1"));
                return true;
            });
            co_return mine ? ++count : 0;
        }(*database, inserted);
    });
    CHECK(inserted == 1);
}

TEST_CASE("two processes that share a store change it one after another") {
    const TemporaryStore store;
    const auto one = store.open();
    const auto other = store.open();
    wait(one->transact(make_items));
    wait(one->transact([](Session& session) {
        session.insert("items", example("ch_1"));
        return 0;
    }));
    constexpr std::size_t many = 60;
    run_together(many, [&, turn = 0]() mutable {
        const auto& database = ++turn % 2 == 0 ? one : other;
        return database->transact([](Session& session) {
            auto item = *session.find<Item>("select * from items where id = 'ch_1'");
            item.share += 1;
            session.update("items", item);
            return 0;
        });
    });
    const auto item =
        wait(one->read([](Session& session) { return *session.find<Item>("select * from items"); }));
    CHECK(item.share == 0.25 + many);
}

TEST_CASE("the version is another one after a change, and the same after a look or a refusal") {
    const TemporaryStore store;
    const auto database = store.open();
    wait(database->transact(make_items));
    const auto before = database->version();
    wait(database->read([](Session& session) { return session.query<Item>("select * from items"); }));
    CHECK_FALSE(wait(database->transact([](Session&) -> Result<int> { return fail(Errc::refused, "no"); })));
    CHECK(database->version() == before);
    wait(database->transact([](Session& session) {
        session.insert("items", example("ch_1"));
        return 0;
    }));
    CHECK(database->version() > before);
}

TEST_CASE("a transaction whose connection is lost runs again on a new one, and only once counts") {
    const TemporaryStore store;
    if (!store.is_postgresql()) return;
    const auto database = store.open();
    wait(database->transact(make_items));
    int runs = 0;
    wait(database->transact([&](Session& session) {
        session.insert("items", example("ch_1"));
        if (++runs == 1) session.rows("select pg_terminate_backend(pg_backend_pid())");
        return 0;
    }));
    CHECK(runs == 2);
    const auto items =
        wait(database->read([](Session& session) { return session.query<Item>("select * from items"); }));
    CHECK(items.size() == 1);
}

TEST_CASE("a server that is not there is one clear line without the password") {
    const auto opened = Database::open("postgresql://tally:hunter2@localhost/tally?host=/nowhere", now);
    REQUIRE(!opened);
    CHECK(opened.error().context.contains("PostgreSQL at localhost/tally"));
    CHECK(!opened.error().context.contains("hunter2"));
    CHECK(!opened.error().context.contains('\n'));
}

TEST_CASE("opening again finds the schema up to date") {
    const TemporaryStore store;
    store.open();
    const auto database = store.open();
    const auto applied = wait(database->read([](Session& session) {
        return session.rows("select version from schema_migrations");
    }));
    CHECK(applied.size() == embedded_migrations().size());
}

TEST_CASE("a schema newer than the program is refused with a clear line") {
    const TemporaryStore store;
    wait(store.open()->transact([](Session& session) {
        session.execute("insert into schema_migrations (version, name, applied_at) values (9999, 'later', 0)"
        );
        return 0;
    }));
    const auto opened = Database::open(store.url(), now);
    REQUIRE(!opened);
    CHECK(opened.error().context.ends_with("use a newer tally"));
}

TEST_CASE("a failing migration leaves nothing behind") {
    const TemporaryStore store;
    const auto database = store.open();
    std::vector<Migration> migrations(embedded_migrations().begin(), embedded_migrations().end());
    migrations.push_back({"0004_half", "create table half (id text);\nnonsense;\n"});
    CHECK_THROWS_AS(
        wait(database->transact([&](Session& session) { return migrate(session, migrations, now); })),
        Unavailable
    );
    CHECK_THROWS_AS(
        wait(database->read([](Session& session) { return session.rows("select * from half"); })), Unavailable
    );
}

TEST_CASE("a place that cannot be written is one clear line") {
    const auto opened = Database::open("sqlite:/nowhere/at/all/tally.db", now);
    REQUIRE(!opened);
    CHECK(opened.error().context.find("/nowhere/at/all/tally.db") != std::string::npos);
}

}  // namespace
}  // namespace tally::sql
