#include "analytics/journal/journal.hpp"

#include "sql/testing.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace tally;
using namespace tally::analytics;

namespace {

struct JournalFixture {
    sql::TemporaryStore directory;
    std::filesystem::path path = directory.directory() / "journal";
    ManualClock clock;
    BroadcastPtr broadcast =
        std::make_shared<BroadcastEntry>(*BroadcastId::parse("bc_1"), *ChannelId::parse("ch_1"), clock.now());

    PlayerReport report(SessionKey session) const {
        PlayerReport report;
        report.beacon.session = session;
        report.beacon.sequence = 3;
        report.beacon.play_ms = 123'456;
        report.beacon.state = PlayerState::playing;
        report.beacon.error_code = "a";
        report.broadcast = broadcast;
        auto client = std::make_shared<Client>();
        client->dimensions.country = "IN";
        client->dimensions.asn = 55836;
        report.client = client;
        report.received = clock.now();
        return report;
    }

    void append(Journal& journal, SessionKey session) const {
        ByteWriter bytes;
        write_record(bytes, report(session), journal.next_number());
        const auto appended = wait(journal.append(bytes.take()));
        REQUIRE_MESSAGE(appended, appended.error().context);
    }

    std::vector<JournalRecord> replay(Journal& journal) const {
        std::vector<JournalRecord> records;
        REQUIRE(journal.replay([&](const JournalRecord& record) { records.push_back(record); }));
        return records;
    }
};

}  // namespace

TEST_CASE("what was appended is there for the next process, in order, and numbers go on rising") {
    JournalFixture f;
    {
        Journal journal(f.path, f.clock);
        CHECK(f.replay(journal).empty());
        f.append(journal, 1);
        f.append(journal, 2);
    }
    Journal journal(f.path, f.clock);
    const auto records = f.replay(journal);
    REQUIRE(records.size() == 2);
    CHECK(records[0].beacon == f.report(1).beacon);
    CHECK(records[0].dimensions == f.report(1).client->dimensions);
    CHECK(records[0].broadcast == f.broadcast->id);
    CHECK(records[0].number < records[1].number);
    CHECK(records[1].number < journal.next_number());
}

TEST_CASE("a torn record ends its file, not the replay") {
    JournalFixture f;
    {
        Journal journal(f.path, f.clock);
        CHECK(f.replay(journal).empty());
        f.append(journal, 1);
        f.append(journal, 2);
    }
    const auto file = std::filesystem::directory_iterator(f.path)->path();
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    {
        Journal journal(f.path, f.clock);
        CHECK(f.replay(journal).size() == 1);
        f.append(journal, 3);
    }
    Journal journal(f.path, f.clock);
    CHECK(f.replay(journal).size() == 2);
}

TEST_CASE("files go once everything in them is stored, and when the disk's share is used up") {
    JournalFixture f;
    Journal journal(f.path, f.clock, {.file_bytes = 200, .total_bytes = 1000});
    CHECK(f.replay(journal).empty());
    for (SessionKey session = 1; session <= 20; ++session)
        f.append(journal, session);
    CHECK(journal.bytes() <= 1000);
    CHECK(journal.bytes() > 500);
    f.clock.advance(std::chrono::minutes(1));
    journal.release(f.clock.now());
    f.append(journal, 21);
    CHECK(journal.bytes() < 250);
}

TEST_CASE("a record of other bytes is refused, whatever they are") {
    for (std::uint8_t fill : {0x00, 0x01, 0x7f, 0xff}) {
        const Bytes bytes(64, fill);
        ByteReader reader(bytes);
        CHECK(!read_record(reader));
    }
}
