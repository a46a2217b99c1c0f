// Query strings, lists of the store and sketches: whatever is in them, they are read or refused.
#include "analytics/query/parameters.hpp"
#include "analytics/query/summary.hpp"
#include "analytics/store/lists.hpp"
#include "fuzz/check.hpp"

namespace {

using namespace tally;
using namespace tally::analytics;

void read_query(std::string_view query) {
    http::Request request;
    request.query = query;
    if (const auto common = common_parameters(request)) {
        (void)common->filter.matches({});
        if (common->from && common->to) fuzz::check(*common->from < *common->to);
    }
    if (const auto interval = interval_for(request, std::chrono::hours(1)))
        fuzz::check(interval->count() > 0);
    (void)channel_window(request, "10broadcasts", true);
    if (const auto count = limit(request, 10, 100)) fuzz::check(*count >= 1 && *count <= 100);
}

template <class T>
void read_list(std::string_view text) {
    std::vector<T> list;
    from_text(text, list);
    std::vector<T> again;
    from_text(to_text(list), again);
    fuzz::check(list == again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes(data, size);
    read_query(text_of(bytes));
    read_list<ErrorFacts>(text_of(bytes));
    read_list<PlayedRun>(text_of(bytes));
    read_list<RenditionFacts>(text_of(bytes));
    if (auto sketches = Sketches::read(bytes)) {
        auto merged = *sketches;
        merged.merge(*sketches);
        fuzz::check(merged.viewers.count() == sketches->viewers.count());
    }
    return 0;
}
