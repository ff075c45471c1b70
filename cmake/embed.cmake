# Files that travel inside the program: base/embedded.h finds them by their path in the repository.
# The assembler's .incbin takes them as they are, so a large catalogue costs no compile time.
set(KENSHO_EMBEDDED_PATTERNS catalog/*.toml sql/*.sql web/*.css web/*.html web/*.svg)
list(TRANSFORM KENSHO_EMBEDDED_PATTERNS PREPEND ${CMAKE_SOURCE_DIR}/)
file(GLOB_RECURSE embedded CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${KENSHO_EMBEDDED_PATTERNS})
list(FILTER embedded EXCLUDE REGEX "^web/mock/")
set(source ${CMAKE_BINARY_DIR}/generated/embedded_files.cc)
set(symbols "")
set(rows "")
set(number 0)
foreach(path IN LISTS embedded)
  string(APPEND symbols
    "asm(\".section .rodata\\nkensho_file_${number}: .incbin \\\"${CMAKE_SOURCE_DIR}/${path}\\\"\\n\"\n"
    "    \"kensho_file_${number}_end: .byte 0\\n.previous\");\n"
    "extern \"C\" const char kensho_file_${number}[], kensho_file_${number}_end[];\n")
  string(APPEND rows "    {\"${path}\", kensho_file_${number}, kensho_file_${number}_end},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(CONFIGURE OUTPUT ${source} CONTENT "// Made by cmake/embed.cmake.
#include \"base/embedded_table.h\"
${symbols}
namespace kensho {
const EmbeddedRow embedded_rows[] = {
@rows@    {nullptr, nullptr, nullptr}};
}  // namespace kensho
" @ONLY)
list(TRANSFORM embedded PREPEND ${CMAKE_SOURCE_DIR}/)
set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${embedded}")
