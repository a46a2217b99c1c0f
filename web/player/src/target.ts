// What an address of the watch page asks for: /watch/{channel}, /watch/{channel}?vod={broadcast} or
// /watch/vod/{broadcast}. Its ?token= opens what is not public, and goes on to all that it opens.

export type Target =
  | { kind: 'live'; channel: string; playlist: string; poster: string; token: string }
  | { kind: 'recording'; broadcast: string; playlist: string; token: string };

export function targetOf(location: Pick<Location, 'pathname' | 'search'>): Target | undefined {
  const [, page, first, second] = location.pathname.split('/').map(decode);
  if (page !== 'watch' || !first) return undefined;
  const query = new URLSearchParams(location.search);
  const token = query.get('token') ?? '';
  const broadcast = query.get('vod') ?? (first === 'vod' ? second : undefined);
  return broadcast ? recording(broadcast, token) : live(first, token);
}

export function withToken(path: string, token: string): string {
  return token ? `${path}?token=${encodeURIComponent(token)}` : path;
}

function live(channel: string, token: string): Target {
  const id = encodeURIComponent(channel);
  const playlist = withToken(`/live/${id}/playlist.m3u8`, token);
  return { kind: 'live', channel, playlist, poster: withToken(`/thumbnails/${id}.jpg`, token), token };
}

function recording(broadcast: string, token: string): Target {
  const playlist = withToken(`/vod/${encodeURIComponent(broadcast)}/master.m3u8`, token);
  return { kind: 'recording', broadcast, playlist, token };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
