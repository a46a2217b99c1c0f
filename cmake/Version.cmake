# Writes the build's version and commit where the program reads them; the file changes only when they do.
#   cmake -D SOURCE=dir -D OUTPUT=file -D VERSION=x.y.z -P Version.cmake
if(CMAKE_SCRIPT_MODE_FILE)
    execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT commit)
        set(commit unknown)
    endif()
    file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[
#include "app/version.hpp"

namespace tally::app {

const std::string_view version = "@VERSION@";
const std::string_view commit = "@commit@";

}  // namespace tally::app
]])
    return()
endif()

function(tally_version target)
    set(output ${PROJECT_BINARY_DIR}/version.cpp)
    add_custom_target(tally_version_file BYPRODUCTS ${output}
        COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR} -D OUTPUT=${output} -D VERSION=${PROJECT_VERSION}
                -P ${PROJECT_SOURCE_DIR}/cmake/Version.cmake)
    add_library(tally_version STATIC ${output})
    target_include_directories(tally_version PRIVATE ${PROJECT_SOURCE_DIR}/src)
    add_dependencies(tally_version tally_version_file)
    target_link_libraries(${target} PUBLIC tally_version)
endfunction()
