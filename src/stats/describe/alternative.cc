#include "stats/describe/alternative.h"

#include "stats/dist/distributions.h"

namespace kensho::stats {

double normal_p_value(double z, Alternative alternative) {
  switch (alternative) {
    case Alternative::less:
      return normal_cdf(z);
    case Alternative::greater:
      return normal_cdf(-z);
    case Alternative::two_sided:
      break;
  }
  return normal_two_sided(z);
}

double student_t_p_value(double t, double degrees_of_freedom, Alternative alternative) {
  switch (alternative) {
    case Alternative::less:
      return student_t_cdf(t, degrees_of_freedom);
    case Alternative::greater:
      return student_t_cdf(-t, degrees_of_freedom);
    case Alternative::two_sided:
      break;
  }
  return student_t_two_sided(t, degrees_of_freedom);
}

}  // namespace kensho::stats
