// Facts in a SQLite file of their own: nothing to install, and control's store is never blocked by it.
#pragma once

#include "analytics/store/store.hpp"
#include "base/worker_pool.hpp"

#include <filesystem>
#include <memory>

namespace tally::analytics {

class SqliteReader;
class SqliteConnection;

class SqliteFactStore final : public Store {
public:
    /// The file is made when it is first needed. One that cannot be opened is tried again at each call.
    explicit SqliteFactStore(std::filesystem::path file);
    ~SqliteFactStore() override;

    Task<> append(FactBatch batch) override;
    Task<std::vector<OpenSession>> open_sessions() override;
    Task<std::int64_t> erase_viewer(ViewerKey viewer) override;
    Task<std::vector<SessionFacts>> sessions_of(ViewerKey viewer) override;

    Task<> read(std::function<void(FactReader&)> job) override;
    Task<> keep(BroadcastId broadcast, std::vector<Report> reports) override;
    Task<std::vector<BroadcastId>> without_report(Time since) override;
    Task<> prune(Time now) override;

private:
    /// Connections that no thread uses at the moment.
    class Connections;

    Result<> reading(const std::function<void(SqliteReader&)>& job);
    Result<> writing(const std::function<void(SqliteConnection&)>& job);

    std::unique_ptr<Connections> connections_;
    // Above what they use: their threads end first.
    WorkerPool writer_{"analytics writer", 1, 256};
    WorkerPool readers_{"analytics readers", 2, 1024};
};

}  // namespace tally::analytics
