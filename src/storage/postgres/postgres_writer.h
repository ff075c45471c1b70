#pragma once

#include <memory>

#include "storage/journal_store.h"
#include "storage/postgres/connection.h"

namespace kensho::postgres {

/// Begins a batch on a registry. Entries are copied in bulk, views are changed in bulk; what is
/// not there yet is known to the writer itself.
Result<std::unique_ptr<storage::JournalWriter>> begin_batch(std::shared_ptr<Connection> connection,
                                                            std::int64_t registry);

}  // namespace kensho::postgres
