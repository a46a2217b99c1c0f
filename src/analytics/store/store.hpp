// A store of facts as the program has it: written, read, and chosen by address.
#pragma once

#include "analytics/fact_reader.hpp"
#include "analytics/fact_store.hpp"

#include <filesystem>
#include <memory>

namespace tally::analytics {

class Store : public FactStore, public FactArchive {};

/// Of "clickhouse://…"; SQLite in the directory when the address is empty. Neither is opened yet.
/// Errc::malformed for any other address.
Result<std::unique_ptr<Store>> make_store(const std::string& address, const std::filesystem::path& directory);

}  // namespace tally::analytics
