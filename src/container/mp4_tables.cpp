#include "container/mp4_tables.hpp"

#include "container/mp4_box.hpp"

#include <algorithm>

namespace tally::container::mp4 {

namespace {

/// A table whose count of entries is known only after they are written; `rows` writes them and returns it.
template <class Rows>
void table(ByteWriter& out, std::string_view type, std::uint8_t version, Rows rows) {
    full_box(out, type, version, 0, [&] {
        const auto count_at = out.size();
        out.u32(0);
        out.set_u32(count_at, rows());
    });
}

/// Writes (how many in a row, value) for each run of equal `value_of(sample)`; gives how many runs.
template <class ValueOf>
std::uint32_t write_runs(ByteWriter& out, const std::vector<Sample>& samples, ValueOf value_of) {
    std::uint32_t runs = 0;
    for (auto first = samples.begin(); first != samples.end(); ++runs) {
        const std::uint32_t value = value_of(*first);
        const auto last = std::find_if(first, samples.end(), [&](const Sample& sample) {
            return value_of(sample) != value;
        });
        out.u32(static_cast<std::uint32_t>(last - first));
        out.u32(value);
        first = last;
    }
    return runs;
}

void write_composition_offsets(ByteWriter& out, const std::vector<Sample>& samples, std::int64_t lift) {
    const auto offset = [lift](const Sample& sample) {
        return static_cast<std::uint32_t>(sample.composition_offset + lift);
    };
    if (std::ranges::all_of(samples, [&](const Sample& sample) { return offset(sample) == 0; })) return;
    table(out, "ctts", 1, [&] { return write_runs(out, samples, offset); });
}

/// Absent when every sample is one (8.6.2).
void write_sync_samples(ByteWriter& out, const std::vector<Sample>& samples) {
    if (std::ranges::all_of(samples, &Sample::sync)) return;
    table(out, "stss", 0, [&] {
        std::uint32_t count = 0;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (!samples[i].sync) continue;
            out.u32(static_cast<std::uint32_t>(i + 1));
            ++count;
        }
        return count;
    });
}

/// A row wherever chunks change in length or format (8.7.4).
void write_samples_to_chunks(ByteWriter& out, const std::vector<Chunk>& chunks) {
    table(out, "stsc", 0, [&] {
        std::uint32_t rows = 0;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            const auto& chunk = chunks[i];
            const bool same =
                i > 0 && chunk.samples == chunks[i - 1].samples && chunk.format == chunks[i - 1].format;
            if (same) continue;
            out.u32(static_cast<std::uint32_t>(i + 1));
            out.u32(chunk.samples);
            out.u32(chunk.format + 1);
            ++rows;
        }
        return rows;
    });
}

void write_sizes(ByteWriter& out, const std::vector<Sample>& samples) {
    full_box(out, "stsz", 0, 0, [&] {
        out.u32(0);  // sizes differ
        out.u32(static_cast<std::uint32_t>(samples.size()));
        for (const auto& sample : samples)
            out.u32(sample.size);
    });
}

void write_chunk_offsets(ByteWriter& out, const std::vector<Chunk>& chunks, const ChunkOffsets& offsets) {
    full_box(out, offsets.wide ? "co64" : "stco", 0, 0, [&] {
        out.u32(static_cast<std::uint32_t>(chunks.size()));
        for (const auto& chunk : chunks) {
            const auto offset = offsets.body + chunk.offset;
            if (offsets.wide)
                out.u64(offset);
            else
                out.u32(static_cast<std::uint32_t>(offset));
        }
    });
}

}  // namespace

void write_sample_tables(
    ByteWriter& out, const MovieTrack& track, std::int64_t lift, const ChunkOffsets& offsets
) {
    const auto duration = [](const Sample& sample) { return sample.duration; };
    table(out, "stts", 0, [&] { return write_runs(out, track.samples, duration); });
    write_composition_offsets(out, track.samples, lift);
    write_sync_samples(out, track.samples);
    write_samples_to_chunks(out, track.chunks);
    write_sizes(out, track.samples);
    write_chunk_offsets(out, track.chunks, offsets);
}

}  // namespace tally::container::mp4
