// classify and publish: what the public is shown.
#include <fmt/format.h>

#include "app/classify_offers.h"
#include "app/publish.h"
#include "catalog/rules.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/session.h"
#include "study/run.h"
#include "wiring/site_maker.h"

namespace kensho::cli {
namespace {

std::string_view name_of(EvidenceClass evidence_class) {
  switch (evidence_class) {
    case EvidenceClass::approved:
      return "approved";
    case EvidenceClass::explorative:
      return "explorative";
    case EvidenceClass::uninvestigated:
      return "uninvestigated";
    case EvidenceClass::outside_scope:
      return "outside_scope";
  }
  return "";
}

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::met:
      return "met";
    case Answer::not_met:
      return "not met";
    case Answer::unknown:
      return "unknown";
  }
  return "";
}

Json criterion_json(const CriterionAnswer& criterion) {
  Json entries = Json::array();
  for (const std::uint64_t entry : criterion.entries) entries.push(entry);
  Json out = Json::object();
  out.set("id", criterion.id).set("answer", name_of(criterion.answer));
  out.set("reason", criterion.reason).set("entries", std::move(entries));
  if (criterion.count) out.set("count", *criterion.count);
  if (criterion.total) out.set("total", *criterion.total);
  if (criterion.bound) out.set("bound", *criterion.bound);
  if (criterion.date) out.set("date", criterion.date->iso());
  return out;
}

Json classification_json(const Classification& result) {
  Json criteria = Json::array();
  for (const CriterionAnswer& criterion : result.criteria) criteria.push(criterion_json(criterion));
  return Json::object()
      .set("therapy", result.therapy)
      .set("institution", result.institution)
      .set("on", result.on.iso())
      .set("class", name_of(result.evidence_class))
      .set("verification_in_progress", result.verification_in_progress)
      .set("rule_set", result.rule_set)
      .set("criteria", std::move(criteria));
}

void print_classification(const Classification& result) {
  std::string text = fmt::format(
      "{} at {}: {}{}\n", result.therapy, result.institution, name_of(result.evidence_class),
      result.verification_in_progress ? " (verification in progress)" : "");
  for (const CriterionAnswer& criterion : result.criteria) {
    text +=
        fmt::format("  {:<8} {} ({})", name_of(criterion.answer), criterion.id, criterion.reason);
    if (criterion.count && criterion.total) {
      text += fmt::format(" {} of {}", *criterion.count, *criterion.total);
    }
    if (criterion.bound) text += fmt::format(", bound {:.0f}%", *criterion.bound * 100);
    if (criterion.date) text += " " + criterion.date->iso();
    for (const std::uint64_t entry : criterion.entries) text += fmt::format(" [entry {}]", entry);
    text += "\n";
  }
  print(text);
}

Status classify_registry(const ClassifyOptions& options) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::reading));
  std::optional<Date> on;
  if (!options.on.empty()) {
    on = parse_iso_date(options.on);
    if (!on) return Error{Errc::invalid_argument, "--on must be a date, as 2026-03-31"};
  }
  const Registry registry =
      on ? TRY(session.journal().registry_on(*on)) : TRY(session.journal().registry());
  const RuleSet rules = TRY(catalog::load_rules());
  const Date day = on.value_or(study::day_of(registry));
  const auto offers = TRY(app::classify_offers(registry, day, rules));
  Json list = Json::array();
  for (const auto& offer : offers) {
    if (options.json) list.push(classification_json(offer.classification));
    if (!options.json) print_classification(offer.classification);
  }
  if (options.json) print_json(list);
  return ok();
}

Status publish_site(const PublishOptions& options) {
  Session session = TRY(Session::open(options.home, wiring::Purpose::writing, options.actor));
  const Texts texts = TRY(Texts::load());
  const RuleSet rules = TRY(catalog::load_rules());
  const std::string key = session.journal().key().text();
  const auto report = TRY(app::publish(
      session.journal(), session.actor(), rules, session.home().site(),
      [&](const app::PublicationData& data) { return wiring::make_site_files(data, key, texts); }));
  if (options.json) {
    print_json(Json::object()
                   .set("files", report.files)
                   .set("numbers", report.numbers)
                   .set("entry", report.entry));
  } else {
    print(fmt::format("Published {} files with {} numbers to {}; sealed in entry {}.\n",
                      report.files, report.numbers, session.home().site().string(), report.entry));
  }
  return ok();
}

}  // namespace

int run_classify(const ClassifyOptions& options) {
  return exit_code_of(classify_registry(options));
}
int run_publish(const PublishOptions& options) {
  return exit_code_of(publish_site(options));
}

}  // namespace kensho::cli
