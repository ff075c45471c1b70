// What is offered, by whom, and with what standing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"
#include "domain/localized_text.h"

namespace kensho {

/// Where treatments are given (提供機関).
struct Institution {
  std::string id;
  LocalizedText name;
  LocalizedText place;
};

/// What a therapy is made of, in the words of the Declaration and the law.
enum class Modality : unsigned char {
  processed_cells,         // 細胞加工物
  nucleic_acids,           // 核酸等
  extracellular_vesicles,  // 細胞外小胞等
  approved_product,        // 再生医療等製品
  other
};

/// A treatment that institutions offer (治療).
struct Therapy {
  std::string id;
  LocalizedText name;
  LocalizedText disease;
  LocalizedText description;
  Modality modality = Modality::other;
  /// Why the three classes do not apply to it; both texts empty where they do apply.
  LocalizedText outside_scope_reason;
  /// Who processes the cells or vesicles: a registry run by one of them is not independent.
  std::vector<std::string> processors;

  bool outside_scope() const { return !outside_scope_reason.en.empty(); }
};

/// How far a marketing approval goes.
enum class ApprovalState : unsigned char {
  full,        // 承認
  conditional  // 条件及び期限付承認: efficacy is presumed, not shown
};

/// A marketing approval that covers a therapy's use, from its first to its last day in force.
struct Approval {
  std::string therapy;
  LocalizedText product;
  ApprovalState state = ApprovalState::full;
  Date from;
  std::optional<Date> until;  // the last day; none while it is open
  std::string source;
};

/// One therapy at one institution: what a patient can actually be offered, and what is classified.
struct Offer {
  std::string therapy;
  std::string institution;
  std::string plan_number;  // 再生医療等提供計画の番号, as written
  Date from;
};

/// Who runs the registry, and what could bias it (利益相反).
struct Operator {
  std::string id;
  LocalizedText name;
  /// Ids of institutions and processors that own, pay or staff the operator.
  std::vector<std::string> tied_to;
};

/// The registry itself, as declared in its first entry.
struct RegistryProfile {
  std::string id;
  LocalizedText name;
  Operator run_by;
  bool simulated = false;        // every page says so
  int utc_offset_minutes = 540;  // the calendar that dates are in
};

}  // namespace kensho
