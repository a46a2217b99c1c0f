#include "control/event/announcements.hpp"

namespace tally::control {

Async<> Announcements::tell(std::vector<Announcement> announcements) {
    co_await database_.transact([&](sql::Session& session) {
        for (const auto& each : announcements)
            Outbox(session, each.at).append(each.type, each.resource, each.data);
        return true;
    });
}

Async<bool> Announcements::is_store_there() {
    try {
        co_await database_.read([](sql::Session& session) { return session.rows("select 1 as one").size(); });
        co_return true;
    } catch (const sql::Unavailable&) {
        co_return false;
    }
}

}  // namespace tally::control
