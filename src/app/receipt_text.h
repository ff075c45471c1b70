#pragma once

#include <string>

#include "journal/entry.h"
#include "ledger/tlog_proof.h"

namespace kensho::app {

/// The receipt of an entry for the organisation that sent it: a .tlog-proof.
std::string receipt_text(const journal::Entry& entry, ledger::LogProof proof);

}  // namespace kensho::app
