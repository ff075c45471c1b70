# One compiled main() for every unit-test program: doctest's implementation costs seconds, its use does not.
file(WRITE ${CMAKE_BINARY_DIR}/generated/doctest_main.cc
  "#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN\n#include <doctest/doctest.h>\n")
add_library(kensho_doctest STATIC ${CMAKE_BINARY_DIR}/generated/doctest_main.cc)
target_compile_features(kensho_doctest PUBLIC cxx_std_23)
target_compile_definitions(kensho_doctest PUBLIC
  KENSHO_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
