#include "witness/watched_logs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/encoding.h"
#include "base/file.h"
#include "base/json_read.h"
#include "ledger/signed_note.h"

namespace kensho::witness {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t id_digits = 32;
constexpr std::string_view nothing_yet = "nothing cosigned yet\n";  // so that a lost state is none
constexpr std::string_view split_prefix = "split-view";

bool is_id(std::string_view name) {
  return name.size() == id_digits &&
         name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status make_folder(const fs::path& folder) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (!problem) return ok();
  return Error{Errc::unavailable,
               fmt::format("{}: cannot be made: {}", folder.string(), problem.message())};
}

std::string log_text(const WatchedLog& log) {
  Json keys = Json::array();
  for (const ledger::NoteKey& key : log.keys) keys.push(key.text());
  return to_json_pretty(Json::object().set("origin", log.origin).set("keys", std::move(keys)));
}

Result<WatchedLog> parse_log(const std::string& text, const std::string& name) {
  const Json document = TRY(parse_json(text));
  const JsonReader reader(document, name);
  WatchedLog log{TRY(reader.text("origin")), {}};
  for (const std::string& key : TRY(reader.texts("keys")))
    log.keys.push_back(TRY(ledger::NoteKey::parse(key)));
  return log;
}

Error damaged(const fs::path& file, std::string_view why) {
  return {Errc::corrupted,
          fmt::format("{}: {}; restore the newest state of this witness, or start a new witness "
                      "with a new key",
                      file.string(), why)};
}

}  // namespace

std::string WatchedLogs::id_of(std::string_view origin) {
  return hex_encode(sha256(as_bytes(origin))).substr(0, id_digits);
}

fs::path WatchedLogs::file(const std::string& id, const char* name) const {
  return folder_ / id / name;
}

fs::path WatchedLogs::split_file(const std::string& id) const {
  return file(id, "split-view.json");
}

Status WatchedLogs::add(const std::string& origin, const ledger::NoteKey& key) {
  TRY(ledger::format_checkpoint({origin, {}, {}}));  // the rule for an origin
  const std::string id = id_of(origin);
  auto known = log(id);
  if (!known && known.error().code != Errc::not_found) return known.error();
  WatchedLog next = known ? std::move(known).value() : WatchedLog{origin, {}};
  if (std::ranges::find(next.keys, key) != next.keys.end())
    return Error{Errc::conflict, fmt::format("{}: watched with this key already", origin)};
  next.keys.push_back(key);
  if (next.keys.size() == 1) TRY(begin(id));
  return write_file_durably(file(id, "log.json"), log_text(next));
}

// Before log.json: a log that is known always has its checkpoint file.
Status WatchedLogs::begin(const std::string& id) const {
  const fs::path checkpoint = file(id, "checkpoint");
  TRY(make_folder(folder_ / id));
  const auto left = read_file(checkpoint);
  if (left && *left != nothing_yet) return damaged(file(id, "log.json"), "it is gone");
  TRY(write_file_durably(checkpoint, nothing_yet));
  return sync_filesystem(folder_);
}

Result<std::vector<std::string>> WatchedLogs::ids() const {
  std::vector<std::string> found;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder_, problem)) {
    const std::string id = entry.path().filename().string();
    if (is_id(id) && fs::exists(file(id, "log.json"))) found.push_back(id);
  }
  if (problem) {
    return Error{Errc::unavailable,
                 fmt::format("{}: cannot be read: {}", folder_.string(), problem.message())};
  }
  std::ranges::sort(found);
  return found;
}

Result<WatchedLog> WatchedLogs::log(const std::string& id) const {
  const fs::path path = file(id, "log.json");
  if (!is_id(id)) return Error{Errc::not_found, "no log has this id"};
  auto log = parse_log(TRY(read_file(path)), path.string());
  if (!log) return damaged(path, log.error().message);
  if (id_of(log->origin) != id) return damaged(path, "it is of another origin than its folder");
  return log;
}

Result<Held> WatchedLogs::held(const std::string& id, const WatchedLog& log) const {
  const fs::path path = file(id, "checkpoint");
  const auto note = read_file(path, ledger::max_note_bytes);
  if (!note) return damaged(path, note.error().message);
  if (*note == nothing_yet) return Held{};
  const auto verified = ledger::verify_note(*note, log.keys);
  if (!verified) return damaged(path, verified.error().message);
  const auto checkpoint = ledger::parse_checkpoint(verified->text);
  if (!checkpoint) return damaged(path, checkpoint.error().message);
  if (checkpoint->origin != log.origin) return damaged(path, "it is of another log");
  return Held{*note, checkpoint->tree};
}

Status WatchedLogs::hold(const std::string& id, const Held& next) {
  return write_file_durably(file(id, "checkpoint"), next.note);
}

Result<std::optional<ledger::SplitView>> WatchedLogs::split(const std::string& id) const {
  const fs::path path = split_file(id);
  const auto text = read_file(path);
  if (!text && text.error().code == Errc::not_found) return std::optional<ledger::SplitView>();
  if (!text) return text.error();
  auto view = ledger::parse_split_view(*text, path.string());
  if (!view) return Error{Errc::corrupted, view.error().message};
  return std::optional(std::move(view).value());
}

Status WatchedLogs::keep_split(const std::string& id, const ledger::SplitView& view) {
  return write_file_durably(split_file(id), ledger::format_split_view(view));
}

Status WatchedLogs::resume(const std::string& id, TimeUtc time) {
  const fs::path path = split_file(id);
  const auto text = read_file(path);
  if (!text) return text.error();
  const auto kept = fmt::format("{}-{}.json", split_prefix, time.us);
  TRY(write_file_durably(file(id, kept.c_str()), *text));
  std::error_code problem;
  if (fs::remove(path, problem) && !problem) return sync_filesystem(folder_);
  return Error{Errc::unavailable,
               fmt::format("{}: cannot be removed: {}", path.string(), problem.message())};
}

std::vector<fs::path> WatchedLogs::evidence_files(const std::string& id) const {
  std::vector<fs::path> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder_ / id, problem)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(split_prefix) && name.ends_with(".json")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace kensho::witness
