-- What a summary's sums choose and group by, worked out when a view is written: logarithms of a million views take longer
-- than their sums. Bins are those of the sketch of percentiles, 1 % of the value wide: -32768 is no value, and -32767
-- nothing or less.
alter table sessions
    add column startup_bin Int16 materialized if(isNull(startup_ms), -32768, if(assumeNotNull(startup_ms) <= 0, -32767,
        toInt16(ceil(log(assumeNotNull(startup_ms)) * 49.99833328888678)))),
    add column watch_bin Int16 materialized if(play_ms <= 0, -32767, toInt16(ceil(log(play_ms) * 49.99833328888678))),
    add column latency_bin Int16 materialized if(latency_samples <= 0, -32768, if(latency_ms_sum <= 0, -32767,
        toInt16(ceil(log(latency_ms_sum / latency_samples) * 49.99833328888678)))),
    -- 0: it is left out, 1: it counts, 2: and has started
    add column counts UInt8 materialized if(exit = 'abandoned' or validity = 'invalid', 0, if(isNull(first_frame), 1, 2));
