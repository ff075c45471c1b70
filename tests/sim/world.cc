#include "world.h"

#include <algorithm>

#include <fmt/format.h>
#include <unistd.h>

#include "acts.h"
#include "app/check_registry.h"
#include "app/register_masters.h"
#include "base/file.h"
#include "base/toml.h"
#include "ledger/checkpoint.h"
#include "ledger/tile_proof.h"
#include "reports.h"

namespace kensho::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day_us = 86'400'000'000;

template <class... Values>
Error wrong(fmt::format_string<Values...> text, Values&&... values) {
  return {Errc::corrupted, fmt::format(text, std::forward<Values>(values)...)};
}

Result<Json> masters() {
  const fs::path file =
      fs::path(KENSHO_SOURCE_DIR) / "examples/bone-marrow-transplant/registry.toml";
  return parse_toml(TRY(read_file(file)), "registry.toml");
}

/// A document with one more institution that offers the therapy.
Json more_masters(const std::string& id) {
  const Json words = Json::object().set("en", id).set("ja", id);
  Json institution = Json::object();
  institution.set("id", id).set("name", words).set("place", words);
  Json offer = Json::object();
  offer.set("therapy", therapy_id).set("institution", id).set("from", "2026-01-01");
  Json document = Json::object();
  document.set("institution", Json::array().push(std::move(institution)));
  return document.set("offer", Json::array().push(std::move(offer)));
}

std::uint64_t pick(Rng& dice, std::uint64_t below) {
  return below == 0 ? 0 : dice.below(static_cast<std::uint32_t>(below));
}

const char* word_for(Verdict verdict) {
  switch (verdict) {
    case Verdict::accepted:
      return "accepted";
    case Verdict::repeated:
      return "repeated";
    case Verdict::conflict:
      return "conflict";
    case Verdict::refused:
      return "refused";
  }
  return "";
}

Verdict verdict_of(const Result<app::Accepted>& answer) {
  if (answer) return answer->repeated ? Verdict::repeated : Verdict::accepted;
  return answer.error().code == Errc::conflict ? Verdict::conflict : Verdict::refused;
}

/// Whether an answer is the one the model gives, entry number included. Takes the report.
Status compare(Model& model, const Sent& sent, const Result<app::Accepted>& answer) {
  const Verdict expected = model.take(sent), given = verdict_of(answer);
  if (given != expected) {
    return wrong("a report was {}, not {}{}", word_for(given), word_for(expected),
                 answer ? "" : ": " + answer.error().message);
  }
  if (answer && answer->seq != model.first_entry(sent))
    return wrong("a report is entry {}, not {}", answer->seq, model.first_entry(sent));
  if (answer && answer->checkpoint_size <= answer->seq)
    return wrong("the receipt of entry {} is of size {}", answer->seq, answer->checkpoint_size);
  return ok();
}

}  // namespace

World::World(fs::path folder) : folder_(std::move(folder)), clock_({1'800'000'000'000'000}) {}

Result<std::unique_ptr<World>> World::open(const fs::path& folder) {
  std::unique_ptr<World> world(new World(folder));
  world->home_ = TRY(wiring::Home::create(folder, "kensho.sim/log", world->clock_));
  const Json document = TRY(masters());
  TRY(app::open_registry(world->home_->journal(), user, document, "registry.toml"));
  const auto report =
      TRY(app::register_masters(world->home_->journal(), user, document, "registry.toml"));
  for (int entry = 0; entry < report.added + 1; ++entry) world->model_.take_other();
  for (const Json& offer : document.find("offer")->items())
    world->model_.take_offer(*offer.find("therapy")->if_string(),
                             *offer.find("institution")->if_string());
  return world;
}

Result<std::string> World::perform(const Step& step) {
  Rng dice(step.seed, 1);
  switch (step.act) {
    case Act::register_again:
      return register_again();
    case Act::register_more:
      return register_more(dice);
    case Act::import_rows:
      return import_rows(dice, step.seed);
    case Act::import_again:
      return import_again(dice);
    case Act::report_one:
      return report_one(dice);
    case Act::drop_batch:
      return drop_batch(dice);
    case Act::send:
      return send(dice);
    case Act::read_old:
      return read_old(dice);
    case Act::move_clock:
      return move_clock(dice);
    case Act::restart:
      return restart();
    case Act::kill_import:
      return kill_import(dice, step.seed);
    case Act::kill_send:
      return kill_send(dice);
  }
  return wrong("an act that nobody performs");
}

Result<std::string> World::register_again() {
  const Json document = TRY(masters());
  const auto report = TRY(app::register_masters(home_->journal(), user, document, "registry.toml"));
  if (report.added != 0) return wrong("what is registered was registered again: {}", report.added);
  return std::string("registers what is registered");
}

Result<std::string> World::register_more(Rng& dice) {
  const std::string id = fmt::format("clinic-{:x}", dice.bits());
  const auto report =
      TRY(app::register_masters(home_->journal(), user, more_masters(id), "more.toml"));
  if (report.added != 2) return wrong("an institution and its offer made {} entries", report.added);
  model_.take_other();
  model_.take_other();
  model_.take_offer(therapy_id, id);
  return fmt::format("registers institution {}", id);
}

Result<std::string> World::import_rows(Rng& dice, std::uint64_t seed) {
  const auto reports = draw_reports(dice, model_, 1 + dice.below(40));
  const std::string digest = fmt::format("file-{}", seed);
  Model ahead = model_;
  std::size_t bad = 0;
  for (const CaseReport& report : reports)
    bad += ahead.take({.report = report, .client = {}, .key = {}}) == Verdict::refused;
  const auto report = import_reports(home_->journal(), reports, digest);
  if (static_cast<bool>(report) != (bad == 0))
    return wrong("an import with {} bad rows was {}", bad,
                 report ? "accepted" : report.error().message);
  if (report) {
    ahead.take_other();
    ahead.take_import(digest);
    model_ = std::move(ahead);
    imports_.emplace_back(digest, reports);
  }
  return fmt::format("imports {} rows, {} of them bad", reports.size(), bad);
}

Result<std::string> World::import_again(Rng& dice) {
  if (imports_.empty()) return std::string("has nothing to import again");
  const auto& [digest, reports] = imports_[pick(dice, imports_.size())];
  const auto report = TRY(import_reports(home_->journal(), reports, digest));
  if (!report.known_before) return wrong("the same file was imported twice");
  return fmt::format("imports {} again", digest);
}

Result<std::string> World::report_one(Rng& dice) {
  const CaseReport report = draw_report(dice, model_);
  Model ahead = model_;
  if (ahead.take({.report = report, .client = {}, .key = {}}) == Verdict::refused)
    return std::string("keeps a bad report to itself");
  app::Batch batch = TRY(home_->journal().begin(user));
  const std::uint64_t seq = TRY(batch.add_report(report, "reason"));
  const app::Receipt receipt = TRY(batch.commit());
  if (seq != model_.size() || receipt.size != ahead.size())
    return wrong("a report is entry {} of {}", seq, receipt.size);
  model_ = std::move(ahead);
  return std::string("reports one");
}

Result<std::string> World::drop_batch(Rng& dice) {
  const auto reports = draw_reports(dice, model_, 1 + dice.below(20));
  Model ahead = model_;
  app::Batch batch = TRY(home_->journal().begin(user));
  for (const CaseReport& report : reports) {
    if (ahead.take({.report = report, .client = {}, .key = {}}) != Verdict::refused)
      TRY(batch.add_report(report, ""));
  }
  return fmt::format("drops a batch of {}", reports.size());
}

/// New reports, and now and then one that was sent before: the same, or another under its key.
std::vector<Sent> World::draw_sent(Rng& dice) {
  std::vector<Sent> sent;
  const auto reports = draw_reports(dice, model_, 1 + dice.below(30));
  for (const CaseReport& report : reports) {
    if (!sent_.empty() && dice.below(5) == 0) {
      sent.push_back(sent_[pick(dice, sent_.size())]);
      if (dice.below(3) == 0) sent.back().report.baseline["remark"] = "another";
      continue;
    }
    sent.push_back(
        {report, fmt::format("client-{}", dice.below(3)), fmt::format("{:x}", dice.bits())});
    sent_.push_back(sent.back());
  }
  return sent;
}

Result<std::string> World::send(Rng& dice) {
  const auto sent = draw_sent(dice);
  home_.reset();
  std::vector<Result<app::Accepted>> answers;
  TRY(send_reports(folder_, clock_, sent,
                   [&answers](const Result<app::Accepted>& answer) { answers.push_back(answer); }));
  if (answers.size() != sent.size()) return wrong("{} answers to {}", answers.size(), sent.size());
  for (std::size_t i = 0; i < sent.size(); ++i) TRY(compare(model_, sent[i], answers[i]));
  TRY(reopen());
  return fmt::format("sends {} reports", sent.size());
}

Result<std::string> World::read_old(Rng& dice) {
  const std::uint64_t size = pick(dice, model_.size() + 1);
  const Registry registry = TRY(home_->journal().registry(size));
  const std::string difference = model_.difference(registry, size);
  if (!difference.empty()) return wrong("as of {} entries: {}", size, difference);
  return fmt::format("reads the registry as of {} entries", size);
}

Result<std::string> World::move_clock(Rng& dice) {
  const std::int64_t days = dice.between(-30, 30);
  clock_.set({clock_.now().us + days * day_us});
  return fmt::format("sets the clock by {} days", days);
}

Status World::reopen() {
  home_.reset();
  home_ = TRY(wiring::Home::open(folder_, wiring::Purpose::writing, clock_));
  return ok();
}

Result<std::string> World::restart() {
  TRY(reopen());
  return std::string("ends and starts again");
}

Result<std::string> World::take_killed_import(const std::vector<CaseReport>& reports,
                                              const std::string& digest, bool ended) {
  const std::uint64_t size = TRY(home_->store().head()).size;
  if (size == model_.size() && !ended) return std::string("nothing of it is there");
  for (const CaseReport& report : reports) model_.take({.report = report, .client = {}, .key = {}});
  model_.take_other();
  imports_.emplace_back(digest, reports);
  if (size != model_.size()) return wrong("{} entries, not {}: a part", size, model_.size());
  return std::string("all of it is there");
}

Result<std::string> World::kill_import(Rng& dice, std::uint64_t seed) {
  std::vector<CaseReport> reports;
  Model ahead = model_;
  for (const CaseReport& report : draw_reports(dice, model_, 1 + dice.below(300))) {
    if (ahead.take({.report = report, .client = {}, .key = {}}) != Verdict::refused)
      reports.push_back(report);
  }
  if (reports.empty()) return std::string("has nothing good to import");
  const long calls = dice.between(1, 120);
  const std::string digest = fmt::format("file-{}", seed);
  home_.reset();
  const ChildEnd end = in_killed_child(calls, [&](int) {
    auto home = wiring::Home::open(folder_, wiring::Purpose::writing, clock_);
    return home && import_reports((*home)->journal(), reports, digest);
  });
  if (end.failed) return wrong("an import of {} good rows failed", reports.size());
  TRY(reopen());
  return fmt::format("imports {} rows, {}: {}", reports.size(),
                     end.killed ? fmt::format("killed before disk call {}", calls) : "in time",
                     TRY(take_killed_import(reports, digest, !end.killed)));
}

Result<std::string> World::kill_send(Rng& dice) {
  const auto sent = draw_sent(dice);
  const long calls = dice.between(1, 60);
  home_.reset();
  const ChildEnd end = in_killed_child(calls, [&](int pipe) {
    return static_cast<bool>(
        send_reports(folder_, clock_, sent, [pipe](const Result<app::Accepted>& answer) {
          const char told = word_for(verdict_of(answer))[2];  // c epted, p eated, n flict, f used
          ENSURE(::write(pipe, &told, 1) == 1);
        }));
  });
  if (end.failed) return wrong("sending {} reports failed", sent.size());
  TRY(reopen());
  const std::uint64_t size = TRY(home_->store().head()).size;
  for (std::size_t i = 0; i < sent.size() && (i < end.told.size() || model_.size() < size); ++i) {
    const Verdict verdict = model_.take(sent[i]);
    if (i < end.told.size() && word_for(verdict)[2] != end.told[i])
      return wrong("answer {} to a child was '{}', not {}", i, end.told[i], word_for(verdict));
  }
  if (size != model_.size())
    return wrong("{} entries after a kill, {} were acknowledged or follow", size, model_.size());
  return fmt::format("sends {} reports, {}: {} answered", sent.size(),
                     end.killed ? fmt::format("killed before disk call {}", calls) : "in time",
                     end.told.size());
}

Status World::check(Rng& dice, bool deep) {
  const storage::JournalHead head = TRY(home_->store().head());
  if (head.size != model_.size()) return wrong("{} entries, not {}", head.size, model_.size());
  if (head.last_time < last_time_) return wrong("the newest entry is older than the one before");
  last_time_ = head.last_time;
  TRY(check_roots(dice));
  TRY(check_log(dice));
  if (!deep) return ok();
  const app::CheckReport report = app::check_registry(home_->journal());
  if (!report.findings.empty())
    return wrong("{}: {}", report.findings[0].place, report.findings[0].problem);
  const Registry registry = TRY(home_->journal().registry());
  const std::string difference = model_.difference(registry, model_.size());
  if (!difference.empty()) return wrong("{}", difference);
  return ok();
}

Status World::check_roots(Rng& dice) {
  const Hash root = TRY(home_->journal().root_at(model_.size()));
  const auto [known, is_new] = roots_.try_emplace(model_.size(), root);
  if (known->second != root) return wrong("the root of {} entries changed", model_.size());
  auto older = roots_.begin();
  std::advance(older, static_cast<std::ptrdiff_t>(pick(dice, roots_.size())));
  if (TRY(home_->journal().root_at(older->first)) != older->second)
    return wrong("the root of the first {} entries changed", older->first);
  return ok();
}

Status World::check_log(Rng& dice) {
  const app::Journal& journal = home_->journal();
  const auto note = TRY(journal.log().read_checkpoint());
  const ledger::TreeHead tree = TRY(ledger::open_checkpoint(note, journal.key())).tree;
  if (tree.size != model_.size() || tree.root != roots_.at(tree.size))
    return wrong("the public checkpoint is of {} entries, not {}", tree.size, model_.size());
  auto older = roots_.begin();
  std::advance(older, static_cast<std::ptrdiff_t>(pick(dice, roots_.size())));
  const auto proof = TRY(ledger::consistency_proof(journal.log().tiles(), older->first, tree.size));
  return ledger::verify_consistency({older->first, older->second}, tree, proof);
}

}  // namespace kensho::sim
