#include "app/compare_log.h"

#include <algorithm>

#include "ledger/entry_bundle.h"

namespace kensho::app {
namespace {

/// The log's entries in order, a bundle at a time.
class LogEntries {
 public:
  LogEntries(const ledger::LogDirectory& log, std::uint64_t size) : log_(log), size_(size) {}

  Result<ByteView> at(std::uint64_t seq) {
    const std::uint64_t index = seq / ledger::tile_width;
    if (entries_.empty() || index != index_) {
      const std::uint32_t width = ledger::tile_width_in(size_, 0, index);
      bundle_ = TRY(log_.read_bundle({index, width}));
      entries_ = TRY(ledger::parse_bundle(bundle_, width));
      index_ = index;
    }
    return entries_[seq % ledger::tile_width];
  }

 private:
  const ledger::LogDirectory& log_;
  std::uint64_t size_;
  std::uint64_t index_ = 0;
  Bytes bundle_;
  std::vector<ByteView> entries_;
};

}  // namespace

Result<LogDifference> compare_log(const Journal& journal, std::uint64_t size) {
  LogEntries log(journal.log(), size);
  LogDifference difference;
  const auto compare = [&](const journal::Entry& entry) -> Status {
    if (std::ranges::equal(TRY(log.at(entry.seq)), entry.leaf)) return ok();
    if (difference.first) {
      ++difference.further;
    } else {
      difference.first = entry.seq;
    }
    return ok();
  };
  TRY(journal.store().read(0, size, compare));
  return difference;
}

}  // namespace kensho::app
