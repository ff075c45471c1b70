// The numbered steps that bring a store's schema from one version of the program to the next.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kensho::storage {

/// One step. Never edited after its release: a store remembers its hash.
struct Migration {
  int number = 0;         // 1, 2, 3, ...
  std::string name;       // of its file: "0001_journal"
  std::string_view text;  // SQL statements
  std::string sha256;     // of the text, in hexadecimal
};

/// A step as a store remembers it.
struct AppliedMigration {
  int number = 0;
  std::string name;
  std::string sha256;
  bool operator==(const AppliedMigration&) const = default;
};

/// Every step of an engine, in order: the files of sql/<engine>/migrations in the program.
std::vector<Migration> migrations_of(std::string_view engine);

/// What a store remembers once `migration` is applied to it.
AppliedMigration as_applied(const Migration& migration);

/// The steps that a store still lacks; what it has must be the first of them, unchanged.
/// `place` is what the operator knows the store as.
/// Errors: conflict: it has a step that this program does not know, so a newer one made it;
/// corrupted: one of its steps is another than the program's.
Result<std::span<const Migration>> pending_migrations(std::span<const Migration> known,
                                                      std::span<const AppliedMigration> applied,
                                                      std::string_view place);

/// The version of an engine's views: SHA-256 of sql/<engine>/views_schema.sql, in hexadecimal.
/// Views are made from the journal, so another version is made anew instead of being migrated.
std::string views_version(std::string_view engine);

/// The error where something must be migrated first, but the store is open for reading only.
Error needs_migration(std::string_view place);

}  // namespace kensho::storage
