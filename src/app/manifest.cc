#include "app/manifest.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "base/encoding.h"
#include "base/file.h"
#include "base/json_read.h"
#include "journal/commitment.h"
#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"

namespace kensho::app {
namespace {

namespace fs = std::filesystem;

std::string hash_text(std::string_view content) {
  return hex_encode(sha256(as_bytes(content)));
}

Result<Hash> read_hash(const JsonReader& reader, std::string_view key) {
  const auto bytes = hex_decode(TRY(reader.text(key)));
  Hash hash{};
  if (!bytes || bytes->size() != hash.size())
    return reader.fail_at(key, "must be 64 hexadecimal digits");
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

Result<journal::Entry> read_opening(const Json& opening) {
  const JsonReader reader(opening, manifest_entry_path);
  journal::Entry entry;
  entry.seq = static_cast<std::uint64_t>(TRY(reader.integer("seq")));
  entry.time = {TRY(reader.integer("time_us"))};
  entry.act.actor = TRY(reader.text("actor"));
  entry.act.organisation = TRY(reader.text("organisation"));
  entry.act.kind = TRY(reader.text("kind"));
  entry.act.subject = TRY(reader.text("subject"));
  entry.act.reason = TRY(reader.text("reason"));
  const JsonReader payload = TRY(reader.object("payload"));
  entry.act.payload = TRY(canonical_json(payload.value()));
  entry.key = TRY(read_hash(reader, "key"));
  entry.commitment = TRY(read_hash(reader, "commitment"));
  entry.leaf = TRY(read_hash(reader, "leaf"));
  return entry;
}

bool is_seal_file(const std::string& path) {
  return path == manifest_path || path == manifest_entry_path || path == manifest_proof_path;
}

/// A JSON file of the folder; its name opens every message.
Result<Json> parse_file(std::string_view text, std::string_view name) {
  Result<Json> parsed = parse_json(text);
  if (parsed) return parsed;
  return Error{Errc::corrupted, fmt::format("{}: {}", name, parsed.error().message)};
}

/// The paths of all files below a folder, relative to it.
std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> paths;
  std::error_code problem;
  for (auto it = fs::recursive_directory_iterator(folder, problem);
       !problem && it != fs::recursive_directory_iterator(); it.increment(problem)) {
    if (!fs::is_directory(it->symlink_status()))
      paths.push_back(it->path().lexically_relative(folder).generic_string());
  }
  std::ranges::sort(paths);
  return paths;
}

/// One verification on its way.
class Verification {
 public:
  Verification(const fs::path& folder, const ledger::NoteKey& key) : folder_(folder), key_(key) {}

  Result<SiteCheck> run() {
    const std::string manifest = TRY(read_file(folder_ / manifest_path));
    note(manifest_path, check_seal(manifest));
    note(manifest_path, check_files(manifest));
    return std::move(check_);
  }

 private:
  void note(std::string place, const Status& status) {
    if (!status) check_.findings.push_back({std::move(place), status.error().message});
  }

  /// The manifest is the one that an entry sealed, and that entry is in the signed tree.
  Status check_seal(const std::string& manifest) {
    const std::string opening_text = TRY(read_file(folder_ / manifest_entry_path));
    const Json opening = TRY(parse_file(opening_text, manifest_entry_path));
    const journal::Entry entry = TRY(read_opening(opening));
    note(manifest_entry_path, journal::check_sealed(entry));
    const std::string proof_text = TRY(read_file(folder_ / manifest_proof_path));
    const auto proof = ledger::parse_log_proof(proof_text);
    if (!proof) {
      note(manifest_proof_path, proof.error());
    } else {
      note(manifest_proof_path, ledger::verify_log_proof(*proof, entry.leaf, key_));
      note(manifest_proof_path, check_index(*proof, entry));
    }
    return check_sealed_hash(entry, manifest);
  }

  Status check_index(const ledger::LogProof& proof, const journal::Entry& entry) const {
    if (proof.index == entry.seq) return ok();
    return Error{Errc::corrupted, "the proof is about another entry than the one beside it"};
  }

  Status check_sealed_hash(const journal::Entry& entry, const std::string& manifest) const {
    const Json payload = TRY(parse_json(entry.act.payload));
    const JsonReader reader(payload, manifest_entry_path);
    if (entry.act.kind != journal::kind::publication_sealed) {
      return Error{Errc::corrupted, "the entry beside it is not one that seals a publication"};
    }
    if (TRY(reader.text("manifest_sha256")) == hash_text(manifest)) return ok();
    return Error{Errc::corrupted, "is not the manifest that the journal sealed: it was changed"};
  }

  Status check_files(const std::string& manifest) {
    const Json document = TRY(parse_file(manifest, manifest_path));
    const JsonReader reader(document, manifest_path);
    const JsonReader checkpoint = TRY(reader.object("checkpoint"));
    check_.checkpoint_size = static_cast<std::uint64_t>(TRY(checkpoint.integer("size")));
    const auto pages = TRY(reader.objects("files"));
    std::map<std::string, std::string> expected;
    for (const JsonReader& page : pages) {
      const std::string path = TRY(page.text("path"));
      expected[path] = TRY(page.text("sha256"));
    }
    for (const std::string& path : files_below(folder_)) {
      if (!is_seal_file(path)) check_file(path, expected);
    }
    for (const auto& [path, hash] : expected) {
      note(path, Error{Errc::not_found, "is missing in this folder"});
    }
    return ok();
  }

  void check_file(const std::string& path, std::map<std::string, std::string>& expected) {
    ++check_.files;
    const auto found = expected.find(path);
    if (found == expected.end()) {
      return note(path, Error{Errc::corrupted, "was not published: it is not in the manifest"});
    }
    const auto content = read_file(folder_ / path);
    if (fs::is_symlink(folder_ / path)) {
      note(path, Error{Errc::corrupted, "is a link to another place, not the published file"});
    } else if (!content) {
      note(path, content.error());
    } else if (hash_text(*content) != found->second) {
      note(path, Error{Errc::corrupted, "was changed after it was published"});
    }
    expected.erase(found);
  }

  const fs::path& folder_;
  const ledger::NoteKey& key_;
  SiteCheck check_;
};

}  // namespace

Json make_manifest(const SiteFiles& files, Json about, Json numbers) {
  Json list = Json::array();
  for (const auto& [path, content] : files) {
    list.push(Json::object().set("path", path).set("sha256", hash_text(content)));
  }
  return about.set("files", std::move(list)).set("numbers", std::move(numbers));
}

Json opening_of(const journal::Entry& entry) {
  Result<Json> payload = parse_json(entry.act.payload);
  ENSURE(static_cast<bool>(payload));
  return Json::object()
      .set("seq", entry.seq)
      .set("time_us", entry.time.us)
      .set("actor", entry.act.actor)
      .set("organisation", entry.act.organisation)
      .set("kind", entry.act.kind)
      .set("subject", entry.act.subject)
      .set("reason", entry.act.reason)
      .set("payload", std::move(payload).value())
      .set("key", hex_encode(entry.key))
      .set("commitment", hex_encode(entry.commitment))
      .set("leaf", hex_encode(entry.leaf));
}

Result<SiteCheck> verify_site(const fs::path& folder, const ledger::NoteKey& key) {
  return Verification(folder, key).run();
}

Result<std::string> key_named_by(const fs::path& folder) {
  const std::string manifest = TRY(read_file(folder / manifest_path));
  const Json document = TRY(parse_file(manifest, manifest_path));
  return JsonReader(document, manifest_path).text("key");
}

}  // namespace kensho::app
