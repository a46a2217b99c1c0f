#include "load/reporter.hpp"

#include <boost/url/parse.hpp>

#include <random>

namespace tally::load {
namespace {

constexpr std::string_view address = "/cmcd";  // beside the media
constexpr std::size_t most_waiting = 50;
constexpr double jitter = 0.2;
constexpr Milliseconds least_stall{100};  // shorter ones are counted apart
constexpr std::chrono::milliseconds closely{200};

/// Between 1 - jitter and 1 + jitter.
double spread() {
    thread_local std::minstd_rand random(std::random_device{}());
    return std::uniform_real_distribution(1 - jitter, 1 + jitter)(random);
}

}  // namespace

std::optional<View> view_in(std::string_view target) {
    const auto url = boost::urls::parse_origin_form(target);
    if (!url) return std::nullopt;
    const auto parameter = [&](std::string_view name) {
        const auto found = url->params().find(name);
        return found == url->params().end() ? std::string() : std::string((*found).value);
    };
    View view{.sid = parameter("sid"), .broadcast = parameter("cid"), .token = parameter("tk")};
    if (view.sid.empty() || view.broadcast.empty() || view.token.empty()) return std::nullopt;
    return view;
}

Reporter::Reporter(const Seat& seat, View view, Format format, Playback& playback)
    : connection_(seat.executor, seat.server),
      report_(seat.report),
      view_(std::move(view)),
      format_(format),
      playback_(playback),
      timer_(seat.executor),
      sent_(seat.executor) {}

void Reporter::show(const Variant& rendition) {
    const auto before = std::exchange(bitrate_kbps_, rendition.bandwidth / 1000);
    height_ = rendition.height;
    if (before == 0 || before == bitrate_kbps_) return;
    ++(bitrate_kbps_ > before ? switches_.up : switches_.down);
    add("bc");
    timer_.cancel();
}

Async<> Reporter::run() {
    schedule_heartbeat();
    add("ps");
    co_await flush();
    while (!over_) {
        timer_.expires_at(next_look());
        co_await timer_.async_wait(as_result);
        if (over_) break;
        look();
        co_await flush();
    }
}

Async<> Reporter::leave() {
    if (over_) co_return;
    over_ = true;
    timer_.cancel();
    playback_.advance(system_clock().monotonic());
    state_ = State::quit;
    add("ps");
    while (sending_)
        co_await sent_.wait();
    co_await flush();
}

Reporter::State Reporter::state_now() const {
    if (playback_.is_over() && playback_.buffered() == Milliseconds()) return State::ended;
    if (!playback_.startup()) return State::starting;
    return playback_.is_playing() ? State::playing : State::rebuffering;
}

/// When the buffer can be empty, or refilled, or a heartbeat is due.
Instant Reporter::next_look() const {
    const auto now = system_clock().monotonic();
    const auto change = state_ == State::playing ? std::max(closely, playback_.buffered()) : closely;
    return std::min(heartbeat_, now + change);
}

void Reporter::look() {
    const auto now = system_clock().monotonic();
    playback_.advance(now);
    if (const auto next = state_now(); next != state_) enter(next);
    if (now < heartbeat_) return;
    schedule_heartbeat();
    ++beats_;
    add("t");
}

void Reporter::schedule_heartbeat() {
    const std::chrono::duration<double, std::milli> wait = interval_ * spread();
    heartbeat_ = system_clock().monotonic() + std::chrono::duration_cast<Instant::duration>(wait);
}

void Reporter::enter(State next) {
    const auto before = std::exchange(state_, next);
    const auto stalled = playback_.stalled() - std::exchange(stalled_before_, playback_.stalled());
    const bool stood = before == State::rebuffering && next == State::playing;
    if (stood && stalled < least_stall) ++micro_stalls_;
    add("ps", stood ? fmt::format(",bsd=({})", stalled.count()) : "");
    if (next == State::ended) over_ = true;
}

void Reporter::add(std::string_view event, std::string_view more) {
    const auto startup = playback_.startup();
    std::string sometimes(more);
    if (startup && !std::exchange(startup_said_, true)) sometimes += fmt::format(",msd={}", startup->count());
    if (situation.latency) sometimes += fmt::format(",ltc={}", situation.latency->count());
    if (situation.throughput_kbps > 0) sometimes += fmt::format(",mtp=({:.0f})", situation.throughput_kbps);
    if (height_ > 0) sometimes += fmt::format(",com.tally-rh={}", height_);
    waiting_.push_back(fmt::format(
        "v=2,e={},sid=\"{}\",cid=\"{}\",sn={},ts={},sta={},sf={},st=l,br=({}),bsa=({}),bsda=({}),"
        "com.tally-tk=\"{}\",com.tally-plms={},com.tally-rbms={},com.tally-ms={},com.tally-sw=({} {}),"
        "com.tally-hb={},com.tally-pn=\"tally-load\"{}\n",
        event,
        view_.sid,
        view_.broadcast,
        ++number_,
        system_clock().now().time_since_epoch().count(),
        static_cast<char>(state_),
        format_ == Format::hls ? 'h' : 'd',
        bitrate_kbps_,
        playback_.stalls(),
        playback_.stalled().count(),
        view_.token,
        playback_.played().count(),
        playback_.stalled().count(),
        micro_stalls_,
        switches_.up,
        switches_.down,
        beats_,
        sometimes
    ));
    if (waiting_.size() > most_waiting) waiting_.pop_front();
}

/// What does not arrive is sent again with the next report.
Async<> Reporter::flush() {
    if (waiting_.empty()) co_return;
    sending_ = true;
    std::string text;
    for (const auto& record : waiting_)
        text += record;
    const auto count = waiting_.size();
    auto answer = co_await connection_.post(std::string(address), std::move(text));
    sending_ = false;
    sent_.notify();
    if (!answer) {
        report_.add_error("report: " + answer.error().context);
        co_return;
    }
    if (answer->status == 204) {
        report_.reports += count;
        waiting_.erase(
            waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting_.size()))
        );
        interval_ = answer->heartbeat.value_or(std::chrono::seconds(10));
        co_return;
    }
    report_.add_error(fmt::format("report: status {}", answer->status));
    if (answer->status == 410) over_ = true;
}

}  // namespace tally::load
