#include "backup/entry_record.h"

#include "backup/binary.h"

namespace kensho::backup {

void append_record(Bytes& bytes, const journal::Entry& entry) {
  bytes.push_back(entry.erased ? 1 : 0);
  append_number(bytes, entry.seq);
  append_number(bytes, static_cast<std::uint64_t>(entry.time.us));
  append_text(bytes, entry.act.actor);
  append_text(bytes, entry.act.organisation);
  append_text(bytes, entry.act.kind);
  bytes.insert(bytes.end(), entry.commitment.begin(), entry.commitment.end());
  bytes.insert(bytes.end(), entry.leaf.begin(), entry.leaf.end());
  if (entry.erased) return;
  bytes.insert(bytes.end(), entry.key.begin(), entry.key.end());
  append_text(bytes, entry.act.subject);
  append_text(bytes, entry.act.reason);
  append_text(bytes, entry.act.payload);
}

Result<journal::Entry> read_record(SealedReader& reader) {
  std::uint8_t erased = 0;
  TRY(reader.read({&erased, 1}));
  if (erased > 1) return Error{Errc::corrupted, "a record of the backup is of no known kind"};
  journal::Entry entry;
  entry.erased = erased == 1;
  entry.seq = TRY(read_number(reader));
  entry.time = {static_cast<std::int64_t>(TRY(read_number(reader)))};
  entry.act.actor = TRY(read_text(reader));
  entry.act.organisation = TRY(read_text(reader));
  entry.act.kind = TRY(read_text(reader));
  TRY(reader.read(entry.commitment));
  TRY(reader.read(entry.leaf));
  if (entry.erased) return entry;
  TRY(reader.read(entry.key));
  entry.act.subject = TRY(read_text(reader));
  entry.act.reason = TRY(read_text(reader));
  entry.act.payload = TRY(read_text(reader));
  return entry;
}

}  // namespace kensho::backup
