#pragma once

#include "http/router.h"
#include "ledger/proven_tree.h"

namespace kensho::api {

/// /api/v1/proofs/{seq}: that an entry is in the newest tree, as a .tlog-proof without opening.
/// Open to everyone: it says no more than the public log. The source must outlive the routes.
std::vector<Route> proof_routes(ledger::ProofSource& proofs);

/// The seq in a path. Errors: not_found: not a whole number from 0 on.
Result<std::uint64_t> seq_of(const Request& request);

/// A .tlog-proof as an answer.
Response proof_response(std::string text);

}  // namespace kensho::api
