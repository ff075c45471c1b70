add_library(kensho_flags INTERFACE)
target_compile_features(kensho_flags INTERFACE cxx_std_23)
target_include_directories(kensho_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
# A number must not depend on the machine's fused multiply-add: no contraction anywhere.
target_compile_options(kensho_flags INTERFACE -ffp-contract=off)
# Not warned about: a member left out of {.a = 1}, which is what option structs are for; g++'s guesses about uninitialized
# members, which are wrong for std::optional from g++ 13 on, where clang and the sanitizers know; its guesses about references
# that functions with a temporary argument return, which are wrong for lookups by name.
target_compile_options(kensho_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_GREATER_EQUAL:$<CXX_COMPILER_VERSION>,13>>:-Wno-dangling-reference>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-statement-expression -Wno-deprecated-declarations>)
# -DKENSHO_FUZZ=ON (clang only): every function counts its branches for libFuzzer, which tests/fuzz links.
option(KENSHO_FUZZ "build kensho_fuzz with libFuzzer" OFF)
if(KENSHO_FUZZ)
  target_compile_options(kensho_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(KENSHO_SANITIZE)
  target_compile_options(kensho_flags INTERFACE -fsanitize=${KENSHO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(kensho_flags INTERFACE -fsanitize=${KENSHO_SANITIZE})
else()
  target_compile_options(kensho_flags INTERFACE -fstack-protector-strong $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2>)
endif()

# mold links several times faster than the linker g++ comes with; the program is the same.
find_program(KENSHO_MOLD mold)
if(KENSHO_MOLD)
  target_link_options(kensho_flags INTERFACE -fuse-ld=mold)
endif()
