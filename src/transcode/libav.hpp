// Owners of libav's objects, declared without libav's headers: those stay in this folder's .cpp files.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <string_view>

struct AVCodec;
struct AVCodecContext;
struct AVFormatContext;
struct AVFrame;
struct AVPacket;
struct SwsContext;

namespace tally::transcode {

struct LibavDeleter {
    void operator()(AVCodecContext* context) const;
    void operator()(AVFrame* frame) const;
    void operator()(AVPacket* packet) const;
    void operator()(SwsContext* scaler) const;
};

using CodecContext = std::unique_ptr<AVCodecContext, LibavDeleter>;
using PicturePtr = std::unique_ptr<AVFrame, LibavDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, LibavDeleter>;
using Scaler = std::unique_ptr<SwsContext, LibavDeleter>;

CodecContext make_codec_context(const AVCodec* codec);
PicturePtr make_frame();
PacketPtr make_packet();

/// A frame with its own buffers; `format` is an AVPixelFormat.
Result<PicturePtr> make_picture(int format, int width, int height);

/// `source` scaled and converted into `target`, whose size, format and colour range are set.
Result<> convert(const AVFrame& source, AVFrame& target);

/// libav's negative return code as ours: `what` names the operation.
Error libav_error(int code, std::string_view what);

/// libav's own messages can hold URLs with keys, and repeat what its return codes say. Call before any use of
/// libav.
void silence_libav();

}  // namespace tally::transcode
