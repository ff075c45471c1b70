# The unit tests of the engine write down in how many digits they agree with each reference; this holds
# docs/verification.md against it. `./dev verification` writes the page anew.
set(measured ${CMAKE_BINARY_DIR}/verification.tsv)
add_test(NAME verification_reset COMMAND ${CMAKE_COMMAND} -E rm -f ${measured})
set_tests_properties(verification_reset PROPERTIES FIXTURES_SETUP no_digits_yet LABELS unit)
set_tests_properties(stats PROPERTIES ENVIRONMENT KENSHO_VERIFICATION=${measured}
  FIXTURES_REQUIRED no_digits_yet FIXTURES_SETUP measured_digits)
add_test(NAME verification COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/verification.py ${measured}
  ${CMAKE_SOURCE_DIR}/docs/verification.md)
set_tests_properties(verification PROPERTIES FIXTURES_REQUIRED measured_digits LABELS unit)
