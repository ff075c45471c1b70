#include "backup/manifest_json.h"

#include <algorithm>
#include <bit>

#include "base/encoding.h"
#include "base/json_read.h"

namespace kensho::backup {
namespace {

constexpr std::int64_t format_version = 1;

Json data_file_json(const DataFile& file) {
  return Json::object()
      .set("name", file.name)
      .set("key", hex_encode(file.key))
      .set("generation", file.generation)
      .set("sha256", hex_encode(file.size.sha256))
      .set("bytes", file.size.bytes);
}

Json chunk_json(const Chunk& chunk) {
  return Json::object()
      .set("file", data_file_json(chunk.file))
      .set("erased", chunk.erased)
      .set("tree", hex_encode(chunk.tree.serialise()));
}

Json home_file_json(const HomeFile& file) {
  return Json::object()
      .set("path", file.path)
      .set("owner_only", file.owner_only)
      .set("bytes", file.bytes)
      .set("sha256", hex_encode(file.sha256));
}

Json archive_json(const Archive& archive) {
  Json files = Json::array();
  for (const HomeFile& file : archive.files) files.push(home_file_json(file));
  return Json::object().set("file", data_file_json(archive.file)).set("files", std::move(files));
}

Json head_json(const storage::JournalHead& head) {
  return Json::object()
      .set("size", head.size)
      .set("time_us", head.last_time.us)
      .set("frontier", hex_encode(as_bytes(head.frontier)))
      .set("checkpoint", head.checkpoint);
}

Result<Bytes> read_hex(const JsonReader& reader, std::string_view key) {
  const std::string text = TRY(reader.text(key));
  return hex_decode(text);
}

Result<Hash> read_hash(const JsonReader& reader, std::string_view key) {
  const Bytes bytes = TRY(read_hex(reader, key));
  Hash hash{};
  if (bytes.size() != hash.size()) return reader.fail_at(key, "must have 32 bytes");
  std::ranges::copy(bytes, hash.begin());
  return hash;
}

Result<std::uint64_t> read_count(const JsonReader& reader, std::string_view key) {
  const std::int64_t value = TRY(reader.integer(key));
  if (value < 0) return reader.fail_at(key, "must not be negative");
  return static_cast<std::uint64_t>(value);
}

/// A name that is a plain file name: it leads nowhere else.
Result<std::string> read_name(const JsonReader& reader) {
  const std::string name = TRY(reader.text("name"));
  const bool plain = !name.empty() && name.find_first_not_of("0123456789abcdef") == name.npos;
  if (!plain) return reader.fail_at("name", "must be hexadecimal digits");
  return name;
}

Result<DataFile> read_data_file(const JsonReader& reader) {
  DataFile file;
  file.name = TRY(read_name(reader));
  file.key = TRY(read_hash(reader, "key"));
  file.generation = TRY(read_count(reader, "generation"));
  file.size.sha256 = TRY(read_hash(reader, "sha256"));
  file.size.bytes = TRY(read_count(reader, "bytes"));
  return file;
}

Result<Chunk> read_chunk(const JsonReader& reader) {
  Chunk chunk;
  const JsonReader file = TRY(reader.object("file"));
  chunk.file = TRY(read_data_file(file));
  chunk.erased = TRY(read_count(reader, "erased"));
  const Bytes tree = TRY(read_hex(reader, "tree"));
  chunk.tree = TRY(ledger::TreeBuilder::restore(tree));
  return chunk;
}

Result<HomeFile> read_home_file(const JsonReader& reader) {
  HomeFile file;
  file.path = TRY(reader.text("path"));
  file.owner_only = TRY(reader.flag("owner_only"));
  file.bytes = TRY(read_count(reader, "bytes"));
  file.sha256 = TRY(read_hash(reader, "sha256"));
  return file;
}

Result<Archive> read_archive(const JsonReader& reader) {
  Archive archive;
  const JsonReader data_file = TRY(reader.object("file"));
  archive.file = TRY(read_data_file(data_file));
  const auto files = TRY(reader.objects("files"));
  for (const JsonReader& file : files) archive.files.push_back(TRY(read_home_file(file)));
  return archive;
}

Result<storage::JournalHead> read_head(const JsonReader& reader) {
  storage::JournalHead head;
  head.size = TRY(read_count(reader, "size"));
  head.last_time = {TRY(reader.integer("time_us"))};
  head.frontier = as_text(TRY(read_hex(reader, "frontier")));
  head.checkpoint = TRY(reader.text("checkpoint"));
  return head;
}

}  // namespace

Json to_json(const Manifest& manifest) {
  Json chunks = Json::array();
  for (const Chunk& chunk : manifest.chunks) chunks.push(chunk_json(chunk));
  Json document = Json::object();
  document.set("format", format_version)
      .set("backup", manifest.backup)
      .set("generation", manifest.generation)
      .set("log_key", manifest.log_key)
      .set("head", head_json(manifest.head))
      .set("public_checkpoint", manifest.public_checkpoint)
      .set("chunk_entries", manifest.chunk_entries)
      .set("chunks", std::move(chunks));
  if (manifest.archive) document.set("archive", archive_json(*manifest.archive));
  return document;
}

Result<Manifest> read_manifest(const Json& document, const std::string& name) {
  const JsonReader reader(document, name);
  if (TRY(reader.integer("format")) != format_version) {
    return reader.fail_at("format", "is of another version of kensho");
  }
  Manifest manifest;
  manifest.backup = TRY(reader.text("backup"));
  manifest.generation = TRY(read_count(reader, "generation"));
  manifest.log_key = TRY(reader.text("log_key"));
  const JsonReader head = TRY(reader.object("head"));
  manifest.head = TRY(read_head(head));
  manifest.public_checkpoint = TRY(reader.text("public_checkpoint"));
  manifest.chunk_entries = TRY(read_count(reader, "chunk_entries"));
  if (!std::has_single_bit(manifest.chunk_entries)) {
    return reader.fail_at("chunk_entries", "must be a power of two");
  }
  const auto chunks = TRY(reader.objects("chunks"));
  for (const JsonReader& chunk : chunks) manifest.chunks.push_back(TRY(read_chunk(chunk)));
  if (reader.has("archive")) {
    const JsonReader archive = TRY(reader.object("archive"));
    manifest.archive = TRY(read_archive(archive));
  }
  return manifest;
}

}  // namespace kensho::backup
