#include "sql/migrations.hpp"

#include "base/log.hpp"

#include <boost/describe/class.hpp>

namespace tally::sql {

namespace {

struct Applied {
    std::int64_t version = 0;
    std::string name;
    Time applied_at;
};
BOOST_DESCRIBE_STRUCT(Applied, (), (version, name, applied_at))

void apply(Session& session, std::string_view text) {
    constexpr std::string_view end_of_statement = ";\n";
    while (!text.empty()) {
        const auto end = std::min(text.find(end_of_statement), text.size());
        session.execute(std::string(text.substr(0, end)));
        text.remove_prefix(std::min(end + end_of_statement.size(), text.size()));
    }
}

}  // namespace

Result<> migrate(Session& session, std::span<const Migration> migrations, Time now) {
    session.execute(
        "create table if not exists schema_migrations"
        " (version bigint primary key, name text not null, applied_at bigint not null)"
    );
    const auto newest =
        session.find<Applied>("select * from schema_migrations order by version desc limit 1");
    const auto version = newest ? static_cast<std::size_t>(newest->version) : 0;
    if (version > migrations.size()) {
        return fail(
            Errc::conflict,
            fmt::format(
                "schema version {} is newer than this program's {}: use a newer tally",
                version,
                migrations.size()
            )
        );
    }
    for (std::size_t next = version; next < migrations.size(); ++next) {
        apply(session, migrations[next].text);
        const auto number = static_cast<std::int64_t>(next) + 1;
        session.insert("schema_migrations", Applied{number, std::string(migrations[next].name), now});
        log::info("store.migrated", {{"migration", migrations[next].name}});
    }
    return {};
}

}  // namespace tally::sql
