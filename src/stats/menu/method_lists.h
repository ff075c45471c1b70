// The parts of the menu: one function a file, put together in methods.cc.
#pragma once

#include <vector>

#include "stats/menu/method.h"

namespace kensho::stats {

std::vector<Method> agreement_methods();
std::vector<Method> competing_risks_methods();
std::vector<Method> concordance_methods();
std::vector<Method> contingency_methods();
std::vector<Method> cox_methods();
std::vector<Method> describe_methods();
std::vector<Method> gee_methods();
std::vector<Method> glm_methods();
std::vector<Method> graphical_methods();
std::vector<Method> linear_methods();
std::vector<Method> location_methods();
std::vector<Method> longitudinal_methods();
std::vector<Method> meta_methods();
std::vector<Method> parametric_survival_methods();
std::vector<Method> prepost_methods();
std::vector<Method> rate_methods();
std::vector<Method> resampling_methods();
std::vector<Method> sequential_methods();
std::vector<Method> stratified_table_methods();
std::vector<Method> surveillance_methods();
std::vector<Method> survival_curve_methods();
std::vector<Method> survival_test_methods();

}  // namespace kensho::stats
