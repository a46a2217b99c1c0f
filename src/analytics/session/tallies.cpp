#include "analytics/session/tallies.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

namespace tally::analytics {

BOOST_DESCRIBE_STRUCT(
    Tallies,
    (),
    (bitrate_kbps_ms,
     upscale_permille_ms,
     bytes,
     throughput_kbps_sum,
     play_ms,
     rebuffer_ms,
     bitrate_ms,
     latency_ms_sum,
     dropped_frames,
     total_frames,
     rebuffers,
     micro_stalls,
     switches_up,
     switches_down,
     latency_samples,
     throughput_samples,
     errors)
)

namespace {

using Members = boost::describe::describe_members<Tallies, boost::describe::mod_public>;
using CounterMembers = boost::describe::describe_members<Counters, boost::describe::mod_public>;

// NOLINTNEXTLINE(misc-redundant-expression): two types, of one shape
static_assert(boost::mp11::mp_size<Members>::value == boost::mp11::mp_size<CounterMembers>::value);

/// Calls `visit` with each member of Tallies and the member of Counters of the same name.
template <class Visit>
void for_each_pair(Visit visit) {
    boost::mp11::mp_for_each<Members>([&](auto small) {
        boost::mp11::mp_for_each<CounterMembers>([&](auto wide) {
            if (std::string_view(small.name) == wide.name) visit(small.pointer, wide.pointer);
        });
    });
}

}  // namespace

Counters widen(const Tallies& tallies) {
    Counters counters;
    for_each_pair([&](auto small, auto wide) { counters.*wide = static_cast<std::int64_t>(tallies.*small); });
    return counters;
}

Tallies narrow(const Counters& counters) {
    Tallies tallies;
    for_each_pair([&](auto small, auto wide) {
        tallies.*small = static_cast<std::remove_cvref_t<decltype(tallies.*small)>>(counters.*wide);
    });
    return tallies;
}

}  // namespace tally::analytics
