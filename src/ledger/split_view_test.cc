#include "ledger/split_view.h"

#include <array>
#include <bit>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/encoding.h"
#include "ledger/add_checkpoint.h"
#include "ledger/signed_note.h"
#include "ledger/testing/memory_log.h"

namespace kensho::ledger {
namespace {

const NoteSigner& signer() {
  static const NoteSigner log = new_log_signer("example.com/log");
  return log;
}
const std::array<NoteKey, 1> keys{signer().key()};

TEST_CASE("a consistency proof tells the older root, for every pair of sizes") {
  constexpr std::uint64_t size_max = 70;
  const MemoryLog log(signer(), size_max);
  for (std::uint64_t newer = 1; newer <= size_max; ++newer) {
    for (std::uint64_t older = 1; older <= newer; ++older) {
      const auto root = proven_older_root(older, log.head(newer), log.proof(older, newer));
      const bool told = older < newer && !std::has_single_bit(older);
      CHECK_MESSAGE(bool(root) == told, older << " of " << newer);
      if (told) CHECK(*root == log.head(older).root);
    }
  }
}

TEST_CASE("a proof that does not lead to the newer root tells nothing") {
  const MemoryLog log(signer(), 20);
  const Proof good = log.proof(6, 20);
  for (std::size_t i = 0; i < good.size(); ++i) {
    Proof changed = good;
    changed[i][0] ^= 1;
    // A hash of the older tree alone does not exist: every one is part of the newer root.
    CHECK(!proven_older_root(6, log.head(20), changed));
  }
  CHECK(!proven_older_root(6, log.head(19), good));
  CHECK(!proven_older_root(7, log.head(20), good));
  CHECK(!proven_older_root(6, log.head(20), {}));
  CHECK(!proven_older_root(0, log.head(20), {}));
}

// Evidence as a place with all tiles of the newer history can give it.
SplitView view_of(const MemoryLog& first, std::uint64_t older, const MemoryLog& second,
                  std::uint64_t newer) {
  return {{keys.begin(), keys.end()},
          first.note(older),
          second.note(newer),
          second.head(older).root,
          older == newer ? Proof{} : second.proof(older, newer)};
}

TEST_CASE("two histories of one key are a split view, at any two sizes above what they share") {
  const MemoryLog first(signer(), 40, "a", 5);
  const MemoryLog second(signer(), 40, "b", 5);
  for (std::uint64_t newer = 1; newer <= 40; ++newer) {
    for (std::uint64_t older = 1; older <= newer; ++older) {
      const auto facts = verify_split_view(view_of(first, older, second, newer), keys);
      CHECK_MESSAGE(bool(facts) == (older > 5), older << " and " << newer);
      if (facts) CHECK(facts->older == first.head(older));
      if (facts) CHECK(facts->newer == second.head(newer));
      CHECK(!verify_split_view(view_of(first, older, first, newer), keys));  // one history
    }
  }
}

TEST_CASE("evidence survives its file, and any change to it ruins it") {
  const MemoryLog first(signer(), 12, "a", 5);
  const MemoryLog second(signer(), 20, "b", 5);
  const SplitView view = view_of(first, 11, second, 20);
  const std::string text = format_split_view(view);
  const SplitView read = parse_split_view(text, "file").value();
  CHECK(format_split_view(read) == text);
  CHECK(verify_split_view(read, keys).value().origin == "example.com/log");

  SplitView changed = view;
  changed.proof[1][3] ^= 4;
  CHECK(!verify_split_view(changed, keys));
  changed = view;
  changed.newer_root_at_older_size[0] ^= 1;
  CHECK(!verify_split_view(changed, keys));
  changed = view;
  std::swap(changed.older, changed.newer);
  CHECK(!verify_split_view(changed, keys));
  const std::array stranger{new_log_signer("example.com/log").key()};
  CHECK(!verify_split_view(view, stranger));
  CHECK(!verify_split_view(view, {}));
  changed = view;
  changed.newer[0] ^= 1;
  CHECK(!verify_split_view(changed, keys));
}

TEST_CASE("notes of two logs of one signer are no split view") {
  const Checkpoint other{"example.com/other", {11, empty_root()}, {}};
  const MemoryLog log(signer(), 11);
  const SplitView view{{keys.begin(), keys.end()},
                       log.note(11),
                       sign_checkpoint(other, signer()).value(),
                       empty_root(),
                       {}};
  CHECK(verify_split_view(view, keys).error().message.contains("two logs"));
}

TEST_CASE("a file that is no evidence is refused by name") {
  const MemoryLog log(signer(), 3);
  const std::string text = format_split_view(view_of(log, 3, log, 3));
  const auto refused = [](const std::string& bad) {
    const auto view = parse_split_view(bad, "e.json");
    return !view && view.error().code == Errc::invalid_argument;
  };
  CHECK(refused(""));
  CHECK(refused("{}"));
  CHECK(refused("[]"));
  for (const std::string_view part :
       {"kensho.split-view/1", "\"older\"", "\"keys\"", "\"proof\""}) {
    std::string bad = text;
    bad.replace(bad.find(part), part.size(), "\"x\"");
    CHECK_MESSAGE(refused(bad), part);
  }
  std::string short_hash = text;
  const std::string root = base64_encode(log.head(3).root);
  short_hash.replace(short_hash.find(root, short_hash.find("\"newer_root")), root.size(), "AAAA");
  CHECK(refused(short_hash));
}

// The example of c2sp.org/tlog-witness.
const std::string example =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n"
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

TEST_CASE("the request of the specification reads and writes byte for byte") {
  const AddCheckpoint request = parse_add_checkpoint(example).value();
  CHECK(request.old_size == 20852014);
  CHECK(request.proof.size() == 4);
  CHECK(parse_checkpoint(parse_note(request.note).value().text).value().tree.size == 20852163);
  CHECK(format_add_checkpoint(request) == example);
}

TEST_CASE("a request of another form is refused") {
  const std::string hash = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";
  std::string many = "old 1\n";
  for (int i = 0; i < 63; ++i) many += hash;
  CHECK(parse_add_checkpoint(many + "\n").value().proof.size() == 63);
  for (const std::string& bad : std::vector<std::string>{
           "", "\n", "old\n\n", "old 1", "old 1\n", "old 01\n\n", "old  1\n\n", "old -1\n\n",
           "old 1 \n\n", "OLD 1\n\n", "old 18446744073709551616\n\n", "old 1\r\n\r\n",
           "old 1\n" + hash, "old 1\nAAAA\n\n", "old 1\nnot base64!\n\n", hash + "\nold 1\n\n",
           many + hash + "\n"})
    CHECK_MESSAGE(!parse_add_checkpoint(bad), bad);
}

TEST_CASE("a tree size in a conflict is one plain number") {
  CHECK(format_tree_size(20852014) == "20852014\n");
  CHECK(parse_tree_size("0\n").value() == 0);
  CHECK(parse_tree_size("18446744073709551615\n").value() == ~std::uint64_t{0});
  for (const std::string_view bad : {"", "\n", "1", "01\n", "1\n\n", " 1\n", "x\n", "-1\n"})
    CHECK(!parse_tree_size(bad));
}

}  // namespace
}  // namespace kensho::ledger
