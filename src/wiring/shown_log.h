#pragma once

#include <string>

#include "app/compare_logs.h"
#include "app/cosign_checkpoint.h"

namespace kensho::wiring {

/// A log as a place shows it. A place is
///   a file with a signed note,
///   a folder: of a log (checkpoint, tile/), of a registry (log/), of a log at a witness,
///   an http or https URL of a log, with or without "/checkpoint" at its end.
/// Errors: not_found, unavailable; invalid_argument: larger than a note may be.
Result<app::ShownLog> show_log(const std::string& place);

/// Witnesses over HTTP.
app::SendToWitness send_over_http();

}  // namespace kensho::wiring
