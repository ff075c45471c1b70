#include "storage/migration.h"

#include <charconv>

#include <fmt/format.h>

#include "base/crypto_hash.h"
#include "base/embedded.h"
#include "base/encoding.h"

namespace kensho::storage {
namespace {

std::string digest(std::string_view text) {
  return hex_encode(sha256(as_bytes(text)));
}

/// The number in front of a file's name.
int number_of(std::string_view name) {
  int number = 0;
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

}  // namespace

std::vector<Migration> migrations_of(std::string_view engine) {
  const std::string folder = fmt::format("sql/{}/migrations/", engine);
  std::vector<Migration> all;
  for (const EmbeddedFile& file : embedded_files(folder)) {
    std::string_view name = file.path.substr(folder.size());
    name.remove_suffix(std::string_view(".sql").size());
    all.push_back({number_of(name), std::string(name), file.content, digest(file.content)});
    ENSURE(all.back().number == static_cast<int>(all.size()));
  }
  return all;
}

AppliedMigration as_applied(const Migration& migration) {
  return {migration.number, migration.name, migration.sha256};
}

Result<std::span<const Migration>> pending_migrations(std::span<const Migration> known,
                                                      std::span<const AppliedMigration> applied,
                                                      std::string_view place) {
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (i >= known.size()) {
      return Error{
          Errc::conflict,
          fmt::format("{}: it was migrated by '{}', which this program does not know: a newer "
                      "version made it; use that version",
                      place, applied[i].name)};
    }
    if (applied[i] != as_applied(known[i])) {
      return Error{Errc::corrupted,
                   fmt::format("{}: its migration {} is recorded as '{}' with SHA-256 {}, this "
                               "program's is '{}' with {}: the record was changed, or another "
                               "build of the program made it; use the program that made it",
                               place, i + 1, applied[i].name, applied[i].sha256, known[i].name,
                               known[i].sha256)};
    }
  }
  return known.subspan(applied.size());
}

std::string views_version(std::string_view engine) {
  return digest(embedded_file(fmt::format("sql/{}/views_schema.sql", engine)));
}

Error needs_migration(std::string_view place) {
  return {Errc::conflict,
          fmt::format("{}: an older version of the program made this registry; bring it up to "
                      "date once with kensho migrate and its folder",
                      place)};
}

}  // namespace kensho::storage
