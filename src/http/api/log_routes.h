#pragma once

#include "http/router.h"
#include "ledger/log_directory.h"

namespace kensho::api {

/// The public log in the form of c2sp.org/tlog-tiles under /log: checkpoint, tiles, entry bundles.
/// A partial tile of an earlier checkpoint is answered from the wider one that replaced it.
std::vector<Route> log_routes(const ledger::LogDirectory& log);

}  // namespace kensho::api
