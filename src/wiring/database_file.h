// database.toml in a registry's folder: where its journal lies in PostgreSQL.
#pragma once

#include <filesystem>

#include "storage/postgres/postgres_journal.h"
#include "wiring/home.h"

namespace kensho::wiring {

/// Whether the journal of this folder is in PostgreSQL.
bool has_database(const std::filesystem::path& root);

/// Writes the file, with a new number for the registry, for the operator's eyes only: the URL may
/// hold a password. Errors: invalid_argument: a character that no URL has; those of
/// write_file_durably.
Status write_new_database(const std::filesystem::path& root, const DatabaseChoice& choice);

/// Errors: corrupted: not such a file. No message quotes the URL.
Result<PostgresLocation> read_database(const std::filesystem::path& root);

}  // namespace kensho::wiring
