// The manifest of a published site: every page's hash, every number's origin, sealed in the
// journal.
#pragma once

#include <filesystem>
#include <map>

#include "app/check_registry.h"
#include "app/journal.h"
#include "base/json.h"
#include "ledger/signed_note.h"

namespace kensho::app {

/// A file of a site, by its path in the folder.
using SiteFiles = std::map<std::string, std::string>;

inline constexpr const char* manifest_path = "manifest.json";
inline constexpr const char* manifest_entry_path = "manifest.entry.json";
inline constexpr const char* manifest_proof_path = "manifest.tlog-proof";

/// The manifest of these files; `numbers` and `about` are the publisher's.
Json make_manifest(const SiteFiles& files, Json about, Json numbers);

/// Everything of an entry, so that others can recompute its leaf: header, key, sealed part.
Json opening_of(const journal::Entry& entry);

/// Checks a published folder, wherever it was copied to and without the registry: each file against
/// the manifest, the manifest against the entry that sealed it, the entry against a checkpoint
/// signed by `key`.
/// Errors: not_found: the folder or its manifest; damage is no error but the answer.
struct SiteCheck {
  std::uint64_t files = 0;
  std::uint64_t checkpoint_size = 0;
  std::vector<Finding> findings;
};
Result<SiteCheck> verify_site(const std::filesystem::path& folder, const ledger::NoteKey& key);

/// The key a folder says it was signed with: to be compared with one known from elsewhere.
Result<std::string> key_named_by(const std::filesystem::path& folder);

}  // namespace kensho::app
