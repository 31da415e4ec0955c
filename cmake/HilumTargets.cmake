# One static library per layer folder, one test program per layer, one set of warnings for all of them.

# What was compiled in one checkout need not be compiled again in another: paths count from the checkout.
find_program(HILUM_CCACHE ccache)
if(HILUM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;${HILUM_CCACHE}")
endif()

add_library(hilum_warnings INTERFACE)
target_compile_options(hilum_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${HILUM_WERROR}>:-Werror>)

# Compile settings every target of ours shares.
function(hilum_configure_target target)
  target_compile_features(${target} PUBLIC cxx_std_17)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:hilum_warnings>)
endfunction()

# hilum_add_layer(NAME SOURCES ... USES lower layers ... PRIVATE third-party targets ...)
function(hilum_add_layer name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;PRIVATE" ${ARGN})
  set(target hilum_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(hilum::${name} ALIAS ${target})
  hilum_configure_target(${target})
  target_include_directories(${target}
    PUBLIC ${PROJECT_SOURCE_DIR}/include PRIVATE ${PROJECT_SOURCE_DIR}/src)
  foreach(layer IN LISTS ARG_USES)
    target_link_libraries(${target} PUBLIC hilum::${layer})
  endforeach()
  target_link_libraries(${target} PRIVATE ${ARG_PRIVATE})
  set_property(GLOBAL APPEND PROPERTY HILUM_LAYERS ${target})
  if(ARG_PRIVATE)
    set_property(GLOBAL APPEND PROPERTY HILUM_THIRD_PARTIES ${ARG_PRIVATE})
  endif()
endfunction()

# hilum::hilum, the library that is installed: all layers in one archive.
function(hilum_add_library)
  get_property(layers GLOBAL PROPERTY HILUM_LAYERS)
  get_property(third_parties GLOBAL PROPERTY HILUM_THIRD_PARTIES)
  list(REMOVE_DUPLICATES third_parties)
  list(TRANSFORM layers REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  add_library(hilum_library STATIC ${objects})
  add_library(hilum::hilum ALIAS hilum_library)
  hilum_configure_target(hilum_library)
  set_target_properties(hilum_library PROPERTIES OUTPUT_NAME hilum EXPORT_NAME hilum LINKER_LANGUAGE CXX)
  target_include_directories(hilum_library
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(hilum_library PRIVATE ${third_parties})
  install(TARGETS hilum_library EXPORT hilumTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# hilum_add_tests(NAME SOURCES ... LINK targets ... LABELS ...): one GoogleTest program, its cases listed in CTest.
function(hilum_add_tests name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  set(target test_${name})
  add_executable(${target} ${ARG_SOURCES})
  hilum_configure_target(${target})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${ARG_LINK} hilum_test_source_dir GTest::gmock_main)
  gtest_discover_tests(${target} PROPERTIES LABELS "unit;${ARG_LABELS}" DISCOVERY_TIMEOUT 60)
endfunction()

# hilum_add_module(NAME SOURCES ... PRIVATE third-party targets ...): a shared library opened at run time
# (src/core/system/module.h). Its header is src/modules/NAME/abi.h, plain C types only.
function(hilum_add_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PRIVATE" ${ARGN})
  set(target hilum_module_${name})
  add_library(${target} MODULE ${ARG_SOURCES})
  hilum_configure_target(${target})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${target} PRIVATE ${ARG_PRIVATE})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME hilum_${name} CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/hilum)
  install(TARGETS ${target} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/hilum)
  set_property(GLOBAL APPEND PROPERTY HILUM_MODULES ${target})
endfunction()
