# fuzz/<name>_fuzz.cpp becomes a libFuzzer program when TALLY_FUZZ is on; its corpus is replayed by a test otherwise.
function(tally_fuzz_targets)
endfunction()
