#include "site/therapy_parts.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/json_read.h"
#include "report/figure/completeness_bar.h"
#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"
#include "report/study_report.h"
#include "site/class_words.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::fragment;
using report::heading;
using report::Html;
using report::note;
using report::paragraph;
using report::Wording;

std::string entry_text(std::uint64_t entry, const Wording& words) {
  return words("format.entry", {{"entry", report::format_count(static_cast<std::int64_t>(entry))}});
}

const char* modality_key(Modality modality) {
  switch (modality) {
    case Modality::processed_cells:
      return "therapy.uses_processed_cells";
    case Modality::nucleic_acids:
      return "therapy.uses_nucleic_acids";
    case Modality::extracellular_vesicles:
      return "therapy.uses_extracellular_vesicles";
    case Modality::approved_product:
      return "therapy.uses_approved_product";
    case Modality::other:
      return "therapy.uses_other";
  }
  return "";
}

Html facts(const OfferPage& offer, const Wording& words) {
  const std::string& place = words(offer.institution.place);
  const std::string& name = words(offer.institution.name);
  const std::string& about = words(offer.therapy.description);
  std::vector<report::Pair> rows{
      {words("therapy.disease"), words(offer.therapy.disease)},
      {words("therapy.at_institution"), place.empty() ? name : words.noted(name, place)},
      {words("therapy.uses"), words(modality_key(offer.therapy.modality))}};
  if (!about.empty()) rows.emplace_back(words("therapy.description"), about);
  if (!offer.offer.plan_number.empty()) {
    const Html remark =
        element("span", {{"class", "note"}}, {words("misreading.plan_is_not_approval.text")});
    rows.emplace_back(words("therapy.plan"), fragment({offer.offer.plan_number, remark}));
  }
  rows.emplace_back(words("therapy.offered_from"), words.date(offer.offer.from));
  return report::pairs(rows);
}

Html tile(const std::string& name, const std::string& value, const std::string& remark) {
  Children content{element("dt", {}, {name}), element("dd", {{"class", "value"}}, {value})};
  if (!remark.empty()) content.push_back(element("dd", {{"class", "note"}}, {remark}));
  return element("div", {{"class", "tile"}}, content);
}

/// The share as a bar, where it gives no small count away.
Html follow_up_bar(const OfferPage& offer, const Wording& words) {
  const OfferNumbers& numbers = offer.numbers;
  const bool hidden =
      report::is_small(numbers.follow_up_complete) || report::is_small(numbers.follow_up_due);
  if (numbers.follow_up_due == 0 || hidden || !offer.protocol) return {};
  const double share = static_cast<double>(numbers.follow_up_complete) / numbers.follow_up_due;
  const std::string bound = words.level(offer.protocol->follow_up.bound);
  report::CompletenessBar bar;
  bar.head = {.id_prefix = "follow-up",
              .title = words("therapy.followed_bar",
                             {{"percent", words.percent(share)}, {"bound", bound}})};
  bar.fraction = share;
  bar.bound = {.fraction = offer.protocol->follow_up.bound,
               .label = words("therapy.bound_label", {{"bound", bound}})};
  const auto drawn = draw(bar);
  if (!drawn) return paragraph(bar.head.title);
  return element("div", {{"class", "bar-figure"}}, {report::raw_svg(*drawn)});
}

std::string share_of(int part, int whole, const char* key, const Wording& words) {
  if (whole == 0 || report::is_small(part) || report::is_small(whole)) return {};
  return words(key, {{"percent", words.percent(static_cast<double>(part) / whole)},
                     {"total", words.people(whole)}});
}

Html lost_note(const OfferPage& offer, const Wording& words) {
  const int lost = offer.numbers.follow_up_due - offer.numbers.follow_up_complete;
  if (lost <= 0) return {};
  return paragraph(words("therapy.lost_note", {{"people", words.people(lost)}}));
}

/// Who took back their consent, and who was erased, where there is anybody.
Html left_notes(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  Children notes;
  if (const int count = offer.numbers.withdrawn; count > 0) {
    const std::string people = writer.show("withdrawn", words.people(count));
    notes.push_back(paragraph(words("therapy.withdrawn_note", {{"people", people}})));
  }
  if (const int count = offer.numbers.erased; count > 0) {
    const std::string people = writer.show("erased", words.people(count));
    notes.push_back(paragraph(words("therapy.erased_note", {{"people", people}})));
  }
  return fragment(notes);
}

Result<Json> read_result(const OfferPage& offer) {
  return parse_json(offer.study->result);
}

/// The study's sections on this page, and whether the study may be shown at all.
Result<Html> study_sections(PageWriter& writer, const OfferPage& offer,
                            const std::vector<std::string>& methods) {
  const Json result = TRY(read_result(offer));
  const report::ReportContext context{*offer.protocol, writer.words(), writer.shown()};
  return report::analysis_sections(result, context, methods);
}

/// How many institutions' patients a result is made of.
std::int64_t institutions_of(const Json& result) {
  const Json* dataset = result.find("dataset");
  if (!dataset) return 0;
  const auto count = JsonReader(*dataset, "dataset").integer_or("institutions", 0);
  return count ? *count : 0;
}

/// The methods whose results are shown among the results; adverse events have a section of theirs.
const std::vector<std::string> result_methods = {"describe", "change", "kaplan_meier", "log_rank",
                                                 "cumulative_incidence"};

}  // namespace

Html class_part(const OfferPage& offer, const Wording& words) {
  const Classification& classification = offer.classification;
  Children content{facts(offer, words)};
  const bool by_criteria = classification.evidence_class == EvidenceClass::explorative ||
                           classification.evidence_class == EvidenceClass::uninvestigated;
  if (by_criteria) {
    const std::string total = words.count(std::ssize(classification.criteria));
    const std::string met = words.count(criteria_met(classification));
    content.push_back(heading(3, words("therapy.criteria_title", {{"total", total}})));
    content.push_back(paragraph(words("therapy.criteria_met", {{"count", met}, {"total", total}})));
    content.push_back(criteria_list(classification, words));
  }
  content.push_back(note(words("therapy.by_rule_set", {{"rule_set", classification.rule_set},
                                                       {"date", words.date(classification.on)}})));
  return fragment(content);
}

Html approval_part(const OfferPage& offer, const Wording& words) {
  const Approval& approval = *offer.approval;
  const bool ended = offer.classification.approval == ApprovalStanding::ended;
  const bool conditional = approval.state == ApprovalState::conditional;
  const char* key = ended         ? "approval.ended"
                    : conditional ? "approval.conditional"
                                  : "approval.full";
  const Html meaning =
      element("span", {{"class", "note"}}, {words(fmt::format("{}.meaning", key))});
  std::vector<report::Pair> rows{
      {words("therapy.approval_product"), words(approval.product)},
      {words("therapy.approval_state"), fragment({words(fmt::format("{}.name", key)), meaning})},
      {words("therapy.approval_from"), words.date(approval.from)}};
  if (approval.until)
    rows.emplace_back(words("therapy.approval_until"), words.date(*approval.until));
  if (!approval.source.empty())
    rows.emplace_back(words("therapy.approval_source"), approval.source);
  return report::pairs(rows);
}

Html numbers_part(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  const OfferNumbers& numbers = offer.numbers;
  const std::string treated = writer.show("treated", words.people(numbers.treated));
  const std::string registered = writer.show("registered", words.people(numbers.registered));
  const std::string baseline = writer.show("with-baseline", words.people(numbers.with_baseline));
  Children tiles{
      tile(words("therapy.treated"), treated,
           words("therapy.registered_note", {{"people", registered}})),
      tile(words("therapy.baseline"), baseline,
           share_of(numbers.with_baseline, numbers.treated, "therapy.baseline_note", words))};
  if (numbers.follow_up_due == 0) {
    tiles.push_back(tile(words("therapy.followed"), words("format.not_due"), ""));
  } else {
    const std::string followed =
        writer.show("follow-up-complete", words.people(numbers.follow_up_complete));
    const std::string due = writer.show("follow-up-due", words.people(numbers.follow_up_due));
    const std::string share =
        share_of(numbers.follow_up_complete, numbers.follow_up_due, "therapy.followed_note", words);
    tiles.push_back(tile(words("therapy.followed"), followed,
                         share.empty() ? words("therapy.followed_of", {{"total", due}}) : share));
  }
  return fragment({element("dl", {{"class", "tiles"}}, tiles), follow_up_bar(offer, words),
                   lost_note(offer, words), left_notes(writer, offer),
                   note(words("list.small_numbers"))});
}

Result<Html> events_part(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  const std::string events =
      writer.show("adverse-events", words.events(offer.numbers.adverse_events));
  const std::string serious =
      writer.show("serious-adverse-events", words.events(offer.numbers.serious_adverse_events));
  Children content{paragraph(words("therapy.events_lead")),
                   element("dl", {{"class", "tiles"}},
                           {tile(words("therapy.events_reported"), events, ""),
                            tile(words("therapy.events_serious"), serious, "")})};
  if (offer.study && offer.protocol)
    content.push_back(TRY(study_sections(writer, offer, {"adverse_events"})));
  content.push_back(
      report::plain_list({words("therapy.events_none_note"), words("therapy.events_report_note")}));
  content.push_back(report::notice(report::NoticeKind::warning, words("notice.emergency_title"),
                                   words("notice.emergency_text")));
  return fragment(content);
}

Result<Html> results_part(PageWriter& writer, const OfferPage& offer) {
  const Wording& words = writer.words();
  if (!offer.study || !offer.protocol) return paragraph(words("therapy.not_published"));
  const Json result = TRY(read_result(offer));
  const std::string date = words.date(offer.study->entry.time, writer.offset());
  const std::string size =
      report::format_count(static_cast<std::int64_t>(offer.study->checkpoint_size));
  const Html link = element("a", {{"href", writer.link(report_path(*offer.study))}},
                            {words("therapy.full_report")});
  Children content{report::result_notices(result, words),
                   paragraph(words("therapy.results_lead", {{"date", date}, {"size", size}})),
                   element("p", {}, {link})};
  if (institutions_of(result) > 1) content.push_back(paragraph(words("therapy.results_together")));
  content.push_back(TRY(study_sections(writer, offer, result_methods)));
  return fragment(content);
}

Html limits_part(const OfferPage& offer, const Wording& words) {
  if (!offer.protocol || offer.protocol->threats.empty()) return {};
  std::vector<std::string> threats;
  for (const LocalizedText& threat : offer.protocol->threats) threats.push_back(words(threat));
  return fragment({paragraph(words("therapy.limits_lead")), report::plain_list(threats)});
}

Html questions_part(const Wording& words) {
  Children items;
  for (const char* key : {"question.approved", "question.purpose", "question.others",
                          "question.harms", "question.numbers", "question.cells", "question.cost",
                          "question.follow_up", "question.stop"}) {
    items.push_back(element("li", {}, {words(key)}));
  }
  return fragment(
      {paragraph(words("therapy.questions_lead")), element("ol", {{"class", "questions"}}, items)});
}

Html protocol_part(const OfferPage& offer, const PageWriter& writer) {
  const Wording& words = writer.words();
  const study::Protocol& protocol = *offer.protocol;
  std::vector<report::Pair> rows{{words("therapy.protocol_name"), words(protocol.title)},
                                 {words("therapy.protocol_question"), words(protocol.question)}};
  for (const study::Endpoint& endpoint : protocol.endpoints) {
    const bool safety = endpoint.role == study::EndpointRole::safety;
    rows.emplace_back(words(safety ? "therapy.protocol_safety" : "therapy.protocol_efficacy"),
                      words(endpoint.title));
  }
  rows.emplace_back(words("report.sample_size"), words(protocol.sample_size));
  rows.emplace_back(words("therapy.protocol_bound"), words.level(protocol.follow_up.bound));
  rows.emplace_back(words("therapy.protocol_due"), words.date(protocol.analysis_due));
  if (offer.sealed) {
    rows.emplace_back(words("therapy.protocol_sealed"),
                      words.noted(words.date(offer.sealed->entry.time, writer.offset()),
                                  entry_text(offer.sealed->entry.seq, words)));
    rows.emplace_back(words("therapy.protocol_hash"), report::hash(offer.sealed->sha256));
  }
  return fragment({paragraph(words("therapy.protocol_lead")), report::pairs(rows)});
}

namespace {

struct Happening {
  Date date;
  std::string what;
  std::optional<std::uint64_t> entry;
};

std::vector<Happening> happenings(const OfferPage& offer, const PageWriter& writer) {
  const Wording& words = writer.words();
  const int offset = writer.offset();
  std::vector<Happening> all{{offer.offer.from, words("event.offered"), offer.offer_entry}};
  if (offer.sealed)
    all.push_back({report::local_date(offer.sealed->entry.time, offset),
                   words("event.protocol_sealed"), offer.sealed->entry.seq});
  if (offer.study)
    all.push_back({report::local_date(offer.study->entry.time, offset),
                   words("event.result_recorded"), offer.study->entry.seq});
  if (offer.approval) {
    const Approval& approval = *offer.approval;
    all.push_back(
        {approval.from, words("event.approval_granted"), offer.classification.approval_entry});
    const bool ended = offer.classification.approval == ApprovalStanding::ended;
    if (ended && approval.until)
      all.push_back({*approval.until, words("event.approval_ended"), std::nullopt});
  }
  // The newest first; of one day, in the order in which they were entered.
  std::ranges::sort(all, [](const Happening& one, const Happening& other) {
    return std::tie(other.date, one.entry, one.what) < std::tie(one.date, other.entry, other.what);
  });
  return all;
}

}  // namespace

Html history_part(const OfferPage& offer, const PageWriter& writer) {
  const Wording& words = writer.words();
  Children items;
  for (const Happening& one : happenings(offer, writer)) {
    Children content{element("time", {{"datetime", one.date.iso()}}, {words.date(one.date)}),
                     element("p", {{"class", "event"}}, {one.what})};
    if (one.entry)
      content.push_back(element("p", {{"class", "proof"}}, {entry_text(*one.entry, words)}));
    items.push_back(element("li", {}, content));
  }
  return element("ol", {{"class", "timeline"}}, items);
}

Html check_part(const PageWriter& writer) {
  const Wording& words = writer.words();
  const Html link =
      element("a", {{"href", writer.link(verify_path)}}, {words("footer.verify_link")});
  return fragment({paragraph(words("therapy.verify_lead")), report::pairs(stamp(writer)),
                   element("p", {}, {link})});
}

}  // namespace kensho::site
