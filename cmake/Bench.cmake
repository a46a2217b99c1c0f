# bench/*.cpp: the load generators of bench/run.
function(tally_bench)
endfunction()
