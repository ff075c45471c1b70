#include "site/class_words.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/number_format.h"
#include "report/parts.h"
#include "report/small_counts.h"

namespace kensho::site {
namespace {

using report::Children;
using report::element;
using report::Html;
using report::Wording;

struct AnswerStyle {
  const char* id;          // in catalog/declaration
  const char* class_name;  // in the style sheet, also of the icon
};

AnswerStyle style_of(Answer answer) {
  switch (answer) {
    case Answer::met:
      return {"met", "met"};
    case Answer::not_met:
      return {"not_met", "not-met"};
    case Answer::unknown:
      return {"unknown", "unknown"};
  }
  return {};
}

/// Whether the answer counts administrations; the others count people.
bool counts_treatments(const CriterionAnswer& answer) {
  return answer.id == "registered_before_treatment";
}

std::string amount(const CriterionAnswer& answer, std::optional<int> count, const Wording& words) {
  if (!count) return report::no_number;
  return counts_treatments(answer) ? words.times(*count) : words.people(*count);
}

/// The share in percent; not where it would give a small count away.
std::string share_text(const CriterionAnswer& answer, const Wording& words) {
  if (!answer.count || !answer.total || *answer.total == 0) return report::no_number;
  if (report::is_small(*answer.count) || report::is_small(*answer.total)) return report::no_number;
  return words.percent(static_cast<double>(*answer.count) / *answer.total);
}

std::string reason_text(const CriterionAnswer& answer, const Wording& words) {
  const std::string key = fmt::format("criterion.{}.reason.{}", answer.id, answer.reason);
  return words(key, {{"count", amount(answer, answer.count, words)},
                     {"total", amount(answer, answer.total, words)},
                     {"percent", share_text(answer, words)},
                     {"bound", answer.bound ? words.level(*answer.bound) : report::no_number},
                     {"date", answer.date ? words.date(*answer.date) : report::no_number}});
}

std::string proof_text(const CriterionAnswer& answer, const Wording& words) {
  std::string entries;
  for (const std::uint64_t entry : answer.entries) {
    if (!entries.empty()) entries += words("format.list_separator");
    entries +=
        words("format.entry", {{"entry", report::format_count(static_cast<std::int64_t>(entry))}});
  }
  return words.labelled(words("therapy.proof"), entries);
}

Html criterion(const CriterionAnswer& answer, const Wording& words) {
  const AnswerStyle style = style_of(answer.answer);
  const std::string key = "criterion." + answer.id;
  const Html state =
      element("p", {{"class", "state"}},
              {report::icon(style.class_name), words(fmt::format("state.{}.name", style.id))});
  Children content{report::heading(3, words(key + ".name")),
                   element("p", {{"class", "question"}}, {words(key + ".question")}),
                   report::paragraph(reason_text(answer, words))};
  if (!answer.entries.empty()) {
    content.push_back(element("p", {{"class", "proof"}}, {proof_text(answer, words)}));
  }
  return element("li", {{"class", fmt::format("criterion {}", style.class_name)}},
                 {state, element("div", {}, content)});
}

}  // namespace

std::string_view class_id(EvidenceClass evidence_class) {
  switch (evidence_class) {
    case EvidenceClass::approved:
      return "approved";
    case EvidenceClass::explorative:
      return "explorative";
    case EvidenceClass::uninvestigated:
      return "uninvestigated";
    case EvidenceClass::outside_scope:
      return "outside";
  }
  return {};
}

std::string class_name(EvidenceClass evidence_class, const Wording& words) {
  return words(fmt::format("class.{}.name", class_id(evidence_class)));
}

Html badge(EvidenceClass evidence_class, const Wording& words) {
  const std::string_view id = class_id(evidence_class);
  return element("span", {{"class", fmt::format("badge {}", id)}},
                 {report::icon(id), class_name(evidence_class, words)});
}

Html substate(const Classification& classification, const Wording& words) {
  const bool approved = classification.evidence_class == EvidenceClass::approved;
  std::string text;
  if (classification.verification_in_progress) text = words("substate.in_progress.name");
  if (approved && classification.approval == ApprovalStanding::conditional)
    text = words("approval.conditional.name");
  if (classification.approval == ApprovalStanding::ended) text = words("approval.ended.name");
  return text.empty() ? Html()
                      : report::fragment({" ", element("span", {{"class", "substate"}}, {text})});
}

std::string class_reason(const OfferPage& offer, const Wording& words) {
  const Classification& classification = offer.classification;
  const auto total = static_cast<int>(classification.criteria.size());
  return words(fmt::format("class.{}.reason", class_id(classification.evidence_class)),
               {{"total", words.count(total)},
                {"count", words.count(total - criteria_met(classification))},
                {"date", offer.approval ? words.date(offer.approval->from) : report::no_number}});
}

std::vector<std::string> not_meanings(EvidenceClass evidence_class, const std::string& rule_set,
                                      const Wording& words) {
  const std::string key = fmt::format("class.{}.not_meaning", class_id(evidence_class));
  std::vector<std::string> all;
  for (std::size_t i = 0; i < words.texts().list_size(key); ++i) {
    all.push_back(words(fmt::format("{}.{}", key, i), {{"rule_set", rule_set}}));
  }
  return all;
}

Html criteria_list(const Classification& classification, const Wording& words) {
  Children items;
  for (const CriterionAnswer& answer : classification.criteria)
    items.push_back(criterion(answer, words));
  return element("ol", {{"class", "criteria"}}, items);
}

int criteria_met(const Classification& classification) {
  return static_cast<int>(
      std::ranges::count(classification.criteria, Answer::met, &CriterionAnswer::answer));
}

}  // namespace kensho::site
