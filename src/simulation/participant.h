// One simulated participant, from registration to last contact.
#pragma once

#include "base/rng.h"
#include "domain/case_report.h"
#include "simulation/spec.h"

namespace kensho::simulation {

/// A report and the day from which it can be sent.
struct DatedReport {
  Date day;
  CaseReport report;
};

/// Who is simulated.
struct Person {
  std::string id;
  Date registered;  // the visit before treatment
};

/// The reports on one participant. First the registration with characteristics, measures and the
/// planned treatment; where it is late, it comes after the treatment and holds it as given. Then,
/// in order of the day they tell of, the treatment, visits and adverse events.
std::vector<DatedReport> simulate_participant(const Spec& spec, const Clinic& clinic,
                                              const Person& person, Rng& rng);

}  // namespace kensho::simulation
