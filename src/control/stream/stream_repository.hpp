// Streams in the store.
#pragma once

#include "control/page.hpp"
#include "control/stream/stream.hpp"

namespace tally::control {

enum class StreamSelection : std::uint8_t { active, stopped, all };
BOOST_DESCRIBE_ENUM(StreamSelection, active, stopped, all)

struct StreamFilter {
    StreamSelection status = StreamSelection::active;
    std::optional<ChannelId> channel{};
};

class StreamRepository {
public:
    explicit StreamRepository(sql::Session& session) : session_(session) {}

    std::optional<Stream> find(const StreamId& id);
    Page<Stream> list(const StreamFilter& filter, const PageRequest& request);
    /// Every stream that is not over.
    std::vector<Stream> running();
    /// Streams whose deadline has come, the oldest first, a hundred at most.
    std::vector<Stream> due(Time now);
    std::optional<Time> next_deadline();

    void insert(const Stream& stream);
    void update(const Stream& stream, Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
