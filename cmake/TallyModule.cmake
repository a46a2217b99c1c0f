# One precompiled header, shared by all modules.
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/pch.cpp CONTENT "")
add_library(tally_pch STATIC ${PROJECT_BINARY_DIR}/pch.cpp)
target_link_libraries(tally_pch PUBLIC boost_network fmt::fmt)
target_include_directories(tally_pch PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_precompile_headers(tally_pch PUBLIC ${PROJECT_SOURCE_DIR}/cmake/pch.hpp)

add_library(tally_test_main STATIC ${PROJECT_SOURCE_DIR}/cmake/test_main.cpp)
target_link_libraries(tally_test_main PUBLIC doctest::doctest)

# Tests run for seconds and compile for minutes: they are not optimised, which needs a precompiled header of their own,
# and several files are one unit, so names in their unnamed namespaces differ within a module.
add_library(tally_test_pch STATIC ${PROJECT_BINARY_DIR}/pch.cpp)
target_link_libraries(tally_test_pch PUBLIC boost_network fmt::fmt doctest::doctest)
target_compile_options(tally_test_pch PRIVATE -O0)
target_include_directories(tally_test_pch PUBLIC ${PROJECT_SOURCE_DIR}/src)
target_precompile_headers(tally_test_pch PUBLIC ${PROJECT_SOURCE_DIR}/cmake/pch.hpp <doctest/doctest.h>)

# tally_module(<name> USES <modules...> LINKS <external targets...>)
#   Library tally_<name> from src/<name>/**.cpp; its **_test.cpp become the program and test unit.<name>.
#   The test layers.<name> fails when a file includes a module that is not listed.
function(tally_module name)
    cmake_parse_arguments(PARSE_ARGV 1 module "" "" "USES;LINKS")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")
    add_test(NAME layers.${name}
             COMMAND ${PROJECT_SOURCE_DIR}/tools/check_layers.py ${PROJECT_SOURCE_DIR}/src/${name} ${name} ${module_USES})
    list(TRANSFORM module_USES PREPEND tally_)
    if(sources)
        add_library(tally_${name} STATIC ${sources})
        target_precompile_headers(tally_${name} REUSE_FROM tally_pch)
        set(scope PUBLIC)
    else()
        add_library(tally_${name} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(tally_${name} ${scope} ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(tally_${name} ${scope} boost_network fmt::fmt ${module_USES} ${module_LINKS})
    if(tests)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE tally_${name} tally_test_main)
        target_compile_options(${name}_test PRIVATE -O0)
        target_precompile_headers(${name}_test REUSE_FROM tally_test_pch)
        set_target_properties(${name}_test PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
        add_test(NAME unit.${name} COMMAND ${name}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    endif()
endfunction()

# tally_program(<module> NAME <executable> USES <modules...> LINKS <external targets...>)
#   As tally_module, and an executable from src/<module>/main.cpp.
function(tally_program name)
    cmake_parse_arguments(PARSE_ARGV 1 program "" "NAME" "USES;LINKS")
    tally_module(${name} USES ${program_USES} LINKS ${program_LINKS})
    add_executable(${program_NAME} ${PROJECT_SOURCE_DIR}/src/${name}/main.cpp)
    target_link_libraries(${program_NAME} PRIVATE tally_${name})
    target_precompile_headers(${program_NAME} REUSE_FROM tally_pch)
endfunction()
