#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/spill_file.h"

namespace kensho {

/// Sorts any number of records by their bytes (as memcmp and then by length) in bounded memory:
/// sorted runs go to a SpillFile and are merged.
///
///   while (...) TRY(sorter.add(record));
///   TRY(sorter.sort());
///   while (const auto record = TRY(sorter.next())) use(*record);
///
/// Cost  About the memory given and 8 bytes a record of it, whatever the number of records; each is
///       written and read once where they do not all fit.
class ExternalSorter {
 public:
  /// `folder` takes the temporary file, which is made when it is needed.
  ExternalSorter(std::filesystem::path folder, std::size_t memory_bytes);

  /// Errors: those of SpillFile. Contract: the record is below 4 GiB; sort() was not called.
  Status add(std::string_view record);
  /// Ends adding. Errors: those of SpillFile.
  Status sort();
  /// The next record in order, until the next call; nothing after the last.
  /// Errors: those of SpillFile.
  Result<std::optional<std::string_view>> next();

 private:
  struct Slot {
    std::uint32_t begin;
    std::uint32_t length;
  };

  /// A sorted run in the file: each record behind four bytes of its length.
  struct Run {
    std::uint64_t next;  // place in the file of what is not in the buffer yet
    std::uint64_t left;  // bytes of it
    Bytes buffer{};
    std::size_t at = 0;  // of the next record in the buffer
    std::string_view record{};
  };

  std::string_view at(const Slot& slot) const;
  void sort_slots();
  Status spill();
  Result<bool> advance(Run& run);
  Status refill(Run& run, std::size_t needed);

  std::filesystem::path folder_;
  std::size_t memory_bytes_;
  Bytes arena_;
  std::vector<Slot> slots_;
  std::size_t next_slot_ = 0;
  std::optional<SpillFile> file_;
  std::vector<Run> runs_;
  std::vector<std::size_t> heap_;  // of the runs with a record, the smallest one first
  bool front_was_taken_ = false;
};

}  // namespace kensho
