#pragma once

#include "http/router.h"
#include "witness/witness.h"

namespace kensho::witness_api {

/// A witness over HTTP. It must outlive the routes.
///
///   POST /add-checkpoint             c2sp.org/tlog-witness
///   GET  /                           name, key and every log, as text
///   GET  /healthz                    200; 503 if a log contradicted itself or cannot be read
///   GET  /logs/{id}/checkpoint       the note that is held of a log
///   GET  /logs/{id}/split-view.json  the evidence against a log
std::vector<Route> witness_routes(witness::Witness& witness);

}  // namespace kensho::witness_api
