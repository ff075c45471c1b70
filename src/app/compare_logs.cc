#include "app/compare_logs.h"

#include <fmt/format.h>

#include "ledger/tile_proof.h"

namespace kensho::app {
namespace {

using ledger::SplitView;

Result<ledger::Checkpoint> open(const ShownLog& shown, const ledger::NoteKey& key) {
  auto checkpoint = ledger::open_checkpoint(shown.note, key);
  if (checkpoint) return checkpoint;
  return Error{checkpoint.error().code,
               fmt::format("{}: {}", shown.place, checkpoint.error().message)};
}

// The root that the newer tree has at the older size, and the proof that leads on from it.
Result<SplitView> look_back(const ShownLog& newer, const ledger::TreeHead& tree,
                            std::uint64_t older_size) {
  SplitView view;
  if (older_size == tree.size && older_size > 0) {
    view.newer_root_at_older_size = tree.root;
    return view;
  }
  if (!newer.tiles) {
    return Error{Errc::not_found,
                 fmt::format("{}: a larger tree, and its tiles are not shown there; compare with "
                             "the log itself",
                             newer.place)};
  }
  const Hash root = TRY(ledger::root_at(newer.tiles, older_size));
  view.newer_root_at_older_size = root;
  view.proof = TRY(ledger::consistency_proof(newer.tiles, older_size, tree.size));
  if (ledger::verify_consistency({older_size, root}, tree, view.proof)) return view;
  return Error{Errc::corrupted,
               fmt::format("{}: the tiles do not lead to the checkpoint", newer.place)};
}

}  // namespace

Result<ComparisonReport> compare_logs(const ShownLog& first, const ShownLog& second,
                                      const ledger::NoteKey& key) {
  ComparisonReport report{
      Comparison::cannot_tell, TRY(open(first, key)), TRY(open(second, key)), {}, {}};
  const bool in_order = report.first.tree.size <= report.second.tree.size;
  const ShownLog& older = in_order ? first : second;
  const ShownLog& newer = in_order ? second : first;
  const ledger::TreeHead older_tree = in_order ? report.first.tree : report.second.tree;
  const ledger::TreeHead newer_tree = in_order ? report.second.tree : report.first.tree;
  if (older_tree == newer_tree || older_tree == ledger::TreeHead{}) {
    report.comparison = Comparison::consistent;
    return report;
  }
  auto view = look_back(newer, newer_tree, older_tree.size);
  if (!view) {
    report.why = view.error().message;
  } else if (view->newer_root_at_older_size == older_tree.root) {
    report.comparison = Comparison::consistent;
  } else {
    view->keys = {key};
    view->older = older.note;
    view->newer = newer.note;
    TRY(ledger::verify_split_view(*view, view->keys));
    report.comparison = Comparison::split;
    report.split = std::move(view).value();
  }
  return report;
}

}  // namespace kensho::app
