// Asks the server whether there is something to play before a player is set on it: players report a missing
// stream as a network error, people want to know what is the matter.

export type Availability =
  | 'ready'
  | 'offline' // known, not on air
  | 'over' // the playlist is complete: nothing more will come
  | 'preparing' // a recording that is not playable yet
  | 'closed' // not for who has this link
  | 'missing' // no such channel or recording
  | 'unreachable';

const codes: Record<string, Availability> = {
  channel_offline: 'offline',
  recording_not_ready: 'preparing',
};

export interface LiveProbe {
  availability: Availability;
  /// The playlist to play: it names the view that has looked already, which would be a second one otherwise.
  playlist: string;
}

export async function probeLive(playlist: string): Promise<LiveProbe> {
  const multivariant = await load(playlist);
  if (typeof multivariant === 'string') return { availability: multivariant, playlist };
  const first = multivariant.text.split('\n').find((line) => line !== '' && !line.startsWith('#'));
  if (first === undefined) return { availability: 'offline', playlist };
  const address = new URL(first.trim(), multivariant.url);
  const media = await load(address.href);
  if (typeof media === 'string') return { availability: media, playlist };
  const availability = media.text.includes('#EXT-X-ENDLIST') ? 'over' : 'ready';
  return { availability, playlist: named(multivariant.url, address) };
}

/// The playlist's address with the view's name in `media`, which is in all that the first playlist lists.
function named(playlist: string, media: URL): string {
  const address = new URL(playlist);
  for (const name of ['sid', 'cid', 'tk']) {
    const value = media.searchParams.get(name);
    if (value !== null) address.searchParams.set(name, value);
  }
  return address.href;
}

export async function probeRecording(playlist: string): Promise<Availability> {
  const found = await load(playlist);
  return typeof found === 'string' ? found : 'ready';
}

async function load(url: string): Promise<{ url: string; text: string } | Availability> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(8000) });
    if (response.ok) return { url: response.url, text: await response.text() };
    if (response.status === 403) return 'closed';
    if (response.status !== 404 && response.status !== 410) return 'unreachable';
    return codes[await problemCode(response)] ?? 'missing';
  } catch {
    return 'unreachable';
  }
}

async function problemCode(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { code?: unknown };
    return String(problem.code);
  } catch {
    return '';
  }
}
