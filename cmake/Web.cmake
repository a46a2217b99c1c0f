# The browser pages, built by Vite from web/ and embedded in the binary.
function(tally_web)
    add_library(tally_web INTERFACE)
endfunction()
