// Where a host given by a stranger lies, and whether the program may go there on the stranger's behalf.
#pragma once

#include "base/clock.hpp"
#include "base/worker_pool.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <vector>

namespace tally::net {

/// Every address of `host`, a name or an address itself; never empty. Asked once, on a worker: the system's
/// resolver blocks. Errc::not_found, Errc::timed_out after `limit` (the worker stays busy until the system
/// gives up), Errc::too_large when the workers are all taken. The executor's context outlives `pool`.
Task<std::vector<asio::ip::address>> resolve(WorkerPool& pool, std::string host, Milliseconds limit);

/// True for addresses of the public internet alone: what is private, local, shared, multicast, reserved or an
/// IPv4 address in IPv6 clothes of such is not (IANA special-purpose registries, RFC 6890).
bool is_public(const asio::ip::address& address);

}  // namespace tally::net
