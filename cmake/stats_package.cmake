# The statistics engine as a library of its own: find_package(kensho_stats), target kensho::stats.
# It holds src/stats without the menu, and the few files of src/base that it stands on.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
find_package(Boost REQUIRED)
find_package(Eigen3 REQUIRED)

set(stats_base_sources src/base/check.cc src/base/large_array.cc src/base/parallel.cc src/base/rng.cc)
if(TARGET kensho_stats)
  add_library(kensho_stats_package STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:kensho_stats> ${stats_base_sources})
else()
  file(GLOB_RECURSE stats_sources CONFIGURE_DEPENDS src/stats/*.cc)
  list(FILTER stats_sources EXCLUDE REGEX "(_test|_bench)\\.cc$|/stats/menu/")
  add_library(kensho_stats_package STATIC ${stats_sources} ${stats_base_sources})
endif()
target_link_libraries(kensho_stats_package PUBLIC fmt::fmt Threads::Threads
  PRIVATE $<BUILD_INTERFACE:kensho_flags> $<BUILD_INTERFACE:Eigen3::Eigen>)
target_compile_features(kensho_stats_package PUBLIC cxx_std_23)
target_include_directories(kensho_stats_package INTERFACE $<INSTALL_INTERFACE:include/kensho>)
set_target_properties(kensho_stats_package PROPERTIES OUTPUT_NAME kensho_stats EXPORT_NAME stats
  ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/package)

set(stats_config ${CMAKE_INSTALL_LIBDIR}/cmake/kensho_stats)
install(TARGETS kensho_stats_package EXPORT kensho_stats ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT stats)
install(EXPORT kensho_stats NAMESPACE kensho:: FILE kensho_stats-targets.cmake DESTINATION ${stats_config} COMPONENT stats)
install(DIRECTORY src/stats DESTINATION include/kensho COMPONENT stats FILES_MATCHING PATTERN "*.h"
  PATTERN "eigen_view.h" EXCLUDE PATTERN testing EXCLUDE PATTERN menu EXCLUDE)
install(FILES src/base/check.h src/base/large_array.h src/base/parallel.h src/base/result.h src/base/rng.h
  DESTINATION include/kensho/base COMPONENT stats)
file(WRITE ${CMAKE_BINARY_DIR}/generated/kensho_stats-config.cmake
  "include(CMakeFindDependencyMacro)\nfind_dependency(fmt)\nfind_dependency(Threads)\n"
  "include(\${CMAKE_CURRENT_LIST_DIR}/kensho_stats-targets.cmake)\n")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/kensho_stats-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/generated/kensho_stats-config.cmake
  ${CMAKE_BINARY_DIR}/generated/kensho_stats-config-version.cmake DESTINATION ${stats_config} COMPONENT stats)
