#include "base/external_sort.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace kensho {
namespace {

constexpr std::size_t length_bytes = sizeof(std::uint32_t);
constexpr std::size_t least_buffer_bytes = 16 * 1024;
constexpr std::size_t most_buffer_bytes = 512 * 1024;

std::uint32_t load_length(const std::uint8_t* bytes) {
  std::uint32_t length = 0;
  std::memcpy(&length, bytes, length_bytes);
  return length;
}

}  // namespace

ExternalSorter::ExternalSorter(std::filesystem::path folder, std::size_t memory_bytes)
    : folder_(std::move(folder)), memory_bytes_(memory_bytes) {
  ENSURE(memory_bytes <= UINT32_MAX);
}

std::string_view ExternalSorter::at(const Slot& slot) const {
  return as_text(ByteView(arena_).subspan(slot.begin, slot.length));
}

Status ExternalSorter::add(std::string_view record) {
  ENSURE(record.size() <= UINT32_MAX);
  if (!slots_.empty() && arena_.size() + record.size() > memory_bytes_) TRY(spill());
  slots_.push_back(
      {static_cast<std::uint32_t>(arena_.size()), static_cast<std::uint32_t>(record.size())});
  const ByteView bytes = as_bytes(record);
  arena_.insert(arena_.end(), bytes.begin(), bytes.end());
  return ok();
}

void ExternalSorter::sort_slots() {
  std::ranges::sort(slots_, {}, [this](const Slot& slot) { return at(slot); });
}

Status ExternalSorter::spill() {
  if (!file_) file_.emplace(TRY(SpillFile::create(folder_)));
  sort_slots();
  Run run{.next = file_->size_bytes(), .left = 0};
  // Pieces of whole blocks, so that the run has no gaps.
  Bytes piece;
  const auto write_out = [&](std::size_t bytes) {
    run.left += bytes;
    return file_->append(std::span(piece).first(bytes));
  };
  for (const Slot& slot : slots_) {
    const auto* length = reinterpret_cast<const std::uint8_t*>(&slot.length);
    piece.insert(piece.end(), length, length + length_bytes);
    const ByteView record = as_bytes(at(slot));
    piece.insert(piece.end(), record.begin(), record.end());
    if (piece.size() < most_buffer_bytes) continue;
    const std::size_t whole = piece.size() / StreamCipher::block_bytes * StreamCipher::block_bytes;
    TRY(write_out(whole));
    piece.erase(piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  TRY(write_out(piece.size()));
  runs_.push_back(std::move(run));
  slots_.clear();
  arena_.clear();
  return ok();
}

Status ExternalSorter::sort() {
  if (runs_.empty()) {
    sort_slots();
    return ok();
  }
  TRY(spill());
  Bytes().swap(arena_);
  std::vector<Slot>().swap(slots_);
  for (std::size_t i = 0; i < runs_.size(); ++i)
    if (TRY(advance(runs_[i]))) heap_.push_back(i);
  const auto later = [this](std::size_t a, std::size_t b) {
    return runs_[b].record < runs_[a].record;
  };
  std::ranges::make_heap(heap_, later);
  return ok();
}

Result<std::optional<std::string_view>> ExternalSorter::next() {
  if (runs_.empty()) {
    if (next_slot_ == slots_.size()) return std::optional<std::string_view>();
    return std::optional(at(slots_[next_slot_++]));
  }
  const auto later = [this](std::size_t a, std::size_t b) {
    return runs_[b].record < runs_[a].record;
  };
  if (front_was_taken_) {
    std::ranges::pop_heap(heap_, later);
    if (TRY(advance(runs_[heap_.back()]))) {
      std::ranges::push_heap(heap_, later);
    } else {
      heap_.pop_back();
    }
  }
  front_was_taken_ = !heap_.empty();
  if (heap_.empty()) return std::optional<std::string_view>();
  return std::optional(runs_[heap_.front()].record);
}

/// Goes to the run's next record: false after the last.
Result<bool> ExternalSorter::advance(Run& run) {
  if (run.at == run.buffer.size() && run.left == 0) return false;
  TRY(refill(run, length_bytes));
  const std::uint32_t length = load_length(run.buffer.data() + run.at);
  TRY(refill(run, length_bytes + length));
  run.record = as_text(ByteView(run.buffer).subspan(run.at + length_bytes, length));
  run.at += length_bytes + length;
  return true;
}

/// Makes the buffer hold `needed` bytes from the run's next record on.
Status ExternalSorter::refill(Run& run, std::size_t needed) {
  if (run.buffer.size() - run.at >= needed) return ok();
  run.buffer.erase(run.buffer.begin(), run.buffer.begin() + static_cast<std::ptrdiff_t>(run.at));
  run.at = 0;
  const std::size_t share =
      std::clamp(memory_bytes_ / runs_.size(), least_buffer_bytes, most_buffer_bytes);
  const std::size_t held = run.buffer.size();
  // Every read but a run's last is of whole blocks, so the next one begins where a block does.
  const std::size_t wanted = (std::max(share, needed) + StreamCipher::block_bytes - 1) /
                             StreamCipher::block_bytes * StreamCipher::block_bytes;
  const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, run.left));
  run.buffer.resize(held + more);
  TRY(file_->read(std::span(run.buffer).subspan(held), run.next));
  run.next += more;
  run.left -= more;
  ENSURE(run.buffer.size() >= needed);
  return ok();
}

}  // namespace kensho
