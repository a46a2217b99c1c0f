-- All that is only counted of a view, in one column, by which sums are grouped: exit + 8 validity + 32 it has started
-- + 64 beaconed + 128 seen by the edge.
alter table sessions
    add column kind UInt8 materialized toUInt8(exit) + toUInt8(validity) * 8 + isNotNull(first_frame) * 32 + beaconed * 64
        + edge_observed * 128;
