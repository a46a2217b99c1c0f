// What an address of the watch page asks for: /watch/{channel}, /watch/{channel}?vod={broadcast} or
// /watch/vod/{broadcast}.

export type Target =
  | { kind: 'live'; channel: string; playlist: string; poster: string }
  | { kind: 'recording'; broadcast: string; playlist: string };

export function targetOf(location: Pick<Location, 'pathname' | 'search'>): Target | undefined {
  const [, page, first, second] = location.pathname.split('/').map(decode);
  if (page !== 'watch' || !first) return undefined;
  const broadcast = new URLSearchParams(location.search).get('vod') ?? (first === 'vod' ? second : undefined);
  return broadcast ? recording(broadcast) : live(first);
}

function live(channel: string): Target {
  const id = encodeURIComponent(channel);
  return { kind: 'live', channel, playlist: `/live/${id}/playlist.m3u8`, poster: `/thumbnails/${id}.jpg` };
}

function recording(broadcast: string): Target {
  return { kind: 'recording', broadcast, playlist: `/vod/${encodeURIComponent(broadcast)}/master.m3u8` };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
