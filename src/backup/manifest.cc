#include "backup/manifest.h"

#include <sstream>

#include <fmt/format.h>

#include "backup/binary.h"
#include "backup/manifest_json.h"

namespace kensho::backup {
namespace {

constexpr std::string_view magic = "kensho backup 1 key ";
constexpr std::string_view manifest_name = "kensho backup 1 manifest";
constexpr std::size_t key_id_length = 16;

Bytes frontier_of(const ledger::TreeBuilder& tree) {
  Bytes bytes = tree.serialise();
  bytes.erase(bytes.begin(), bytes.begin() + 8);  // the size in front of it
  return bytes;
}

}  // namespace

std::uint64_t Manifest::entries() const {
  std::uint64_t sum = 0;
  for (const Chunk& chunk : chunks) sum += chunk.entries();
  return sum;
}

std::uint64_t Manifest::erased() const {
  std::uint64_t sum = 0;
  for (const Chunk& chunk : chunks) sum += chunk.erased;
  return sum;
}

Result<ledger::TreeBuilder> tree_of(const Manifest& manifest) {
  // A full chunk is a perfect subtree: its root stands for it one level up, as a leaf would.
  ledger::TreeBuilder upper;
  Bytes last;
  for (const Chunk& chunk : manifest.chunks) {
    if (!last.empty()) return Error{Errc::corrupted, "a chunk in the middle is not full"};
    if (chunk.entries() == manifest.chunk_entries) {
      upper.append(chunk.tree.root());
    } else {
      last = frontier_of(chunk.tree);
    }
  }
  const std::uint64_t size = manifest.entries();
  Bytes serialised;
  for (int shift = 56; shift >= 0; shift -= 8) {
    serialised.push_back(static_cast<std::uint8_t>(size >> shift));
  }
  const Bytes frontier = frontier_of(upper);
  serialised.insert(serialised.end(), frontier.begin(), frontier.end());
  serialised.insert(serialised.end(), last.begin(), last.end());
  return ledger::TreeBuilder::restore(serialised);
}

std::string chunk_name(const Manifest& manifest, std::uint64_t index, std::uint64_t generation) {
  return fmt::format("kensho backup 1 chunk {} {} {}", manifest.backup, index, generation);
}

std::string archive_name(const Manifest& manifest, std::uint64_t generation) {
  return fmt::format("kensho backup 1 files {} {}", manifest.backup, generation);
}

Result<std::string> seal_manifest(const Manifest& manifest, const BackupKey& key) {
  const std::string text = to_json_text(to_json(manifest));
  Bytes content;
  append_number(content, text.size());
  SealedWriter writer(std::make_unique<std::ostringstream>(), "manifest", key.manifest_key(),
                      std::string(manifest_name));
  TRY(writer.write(content));
  TRY(writer.write(as_bytes(text)));
  TRY(writer.finish());
  const auto& sealed = static_cast<const std::ostringstream&>(writer.sink());
  return fmt::format("{}{}\n", magic, key.id()) + sealed.str();
}

Result<Manifest> open_manifest(std::string_view bytes, const BackupKey& key,
                               const std::string& name) {
  const std::size_t line_length = magic.size() + key_id_length + 1;
  if (bytes.size() < line_length || !bytes.starts_with(magic) || bytes[line_length - 1] != '\n') {
    return Error{Errc::invalid_argument,
                 fmt::format("{}: it does not begin as a backup of this version does", name)};
  }
  const std::string_view id = bytes.substr(magic.size(), key_id_length);
  if (id != key.id()) {
    return Error{Errc::permission_denied,
                 fmt::format("{}: it is sealed with the key {}, not with the one given ({})", name,
                             id, key.id())};
  }
  auto source = std::make_unique<std::istringstream>(std::string(bytes.substr(line_length)));
  SealedReader reader = TRY(
      SealedReader::open(std::move(source), name, key.manifest_key(), std::string(manifest_name)));
  const std::uint64_t length = TRY(read_number(reader));
  if (length > bytes.size()) return Error{Errc::corrupted, name + ": its length is wrong"};
  std::string text(length, '\0');
  TRY(reader.read({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}));
  TRY(reader.finish());
  const Json document = TRY(parse_json(text));
  return read_manifest(document, name);
}

}  // namespace kensho::backup
