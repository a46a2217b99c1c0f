# Compiler settings that hold for every unit: one whose flags differ cannot reuse the precompiled header.
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Depend mode: only the compiler's own list of inputs knows of embedded files.
find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wno-c23-extensions)
add_compile_options($<$<CONFIG:Release>:-g1>)
add_compile_options("SHELL:-Xclang -fno-pch-timestamp")  # lets ccache keep the precompiled header
if(TALLY_SANITIZE)
    add_compile_options(-fsanitize=${TALLY_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TALLY_SANITIZE})
endif()
if(TALLY_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
