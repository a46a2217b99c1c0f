#include "app/thumbnails.hpp"

#include "base/log.hpp"
#include "transcode/placeholder.hpp"

namespace tally::app {
namespace {

/// Of at most 200 KB each.
constexpr std::size_t most_pictures = 500;
constexpr std::chrono::seconds fresh{5};

}  // namespace

Task<std::optional<cdn::Thumbnail>> Thumbnails::thumbnail(std::string channel) {
    const auto entry = names_.find(channel);
    if (!entry) co_return std::nullopt;
    CO_TRY(auto thumbnail, co_await newest(*entry));
    const auto audience = streams_.audience(entry->id);
    thumbnail.channel = entry->id;
    thumbnail.broadcast = audience.broadcast;
    thumbnail.restricted = audience.restricted;
    co_return thumbnail;
}

Task<cdn::Thumbnail> Thumbnails::newest(control::ChannelNames::Entry entry) {
    const auto now = clock_.now();
    if (const auto keyframe = streams_.newest_keyframe(entry.id)) {
        auto picture = co_await render(entry.id, {.keyframe = keyframe});
        if (picture) {
            const bool live = now - keyframe->captured <= fresh;
            co_return cdn::Thumbnail{
                .jpeg = picture->jpeg,
                .state = live ? cdn::ThumbnailState::live : cdn::ThumbnailState::stale,
                .taken = keyframe->captured,
            };
        }
        log::warn("thumbnail failed", {{"channel", entry.id.text()}, {"error", picture.error().context}});
    }
    CO_TRY(auto picture, co_await render(entry.id, {.keyframe = nullptr, .name = entry.name}));
    // As old as the picture is: who has it need not be sent it again.
    co_return cdn::Thumbnail{
        .jpeg = picture.jpeg, .state = cdn::ThumbnailState::placeholder, .taken = picture.drawn
    };
}

std::optional<Thumbnails::Picture> Thumbnails::kept(const ChannelId& channel, const Picture& wanted) const {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(channel);
    if (found == kept_.end()) return std::nullopt;
    const auto& picture = found->second;
    if (picture.keyframe != wanted.keyframe || picture.name != wanted.name) return std::nullopt;
    return picture;
}

Task<Thumbnails::Picture> Thumbnails::render(const ChannelId& channel, Picture picture) {
    if (auto known = kept(channel, picture)) co_return *std::move(known);
    CO_TRY(auto bytes, co_await pictures_.run([&] { return draw(picture); }));
    picture.jpeg = std::make_shared<const Bytes>(std::move(bytes));
    picture.drawn = clock_.now();
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= most_pictures && !kept_.contains(channel)) kept_.erase(kept_.begin());
    kept_.insert_or_assign(channel, picture);
    co_return picture;
}

/// On the worker's thread.
Result<Bytes> Thumbnails::draw(const Picture& picture) {
    if (!picture.keyframe) return transcode::render_placeholder(picture.name);
    TRY(const auto still, stills_.of(picture.keyframe));
    return still->jpeg();
}

}  // namespace tally::app
