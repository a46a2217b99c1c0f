// What the page says about a broadcast beside its picture. Everything here is optional: without an answer the
// video plays all the same.
import { withToken } from './target';

export interface Details {
  title: string;
  channel: string;
  /// On air, or recorded; empty while there is none.
  broadcastId: string;
  description: string;
  startedAt: Date | undefined;
}

type Json = Record<string, unknown>;

export async function channelDetails(channel: string, token: string): Promise<Details> {
  const about = await get(withToken(`/live/${encodeURIComponent(channel)}/about.json`, token));
  return describe(about, channel);
}

export async function broadcastDetails(broadcast: string, token: string): Promise<Details> {
  return describe(await get(withToken(`/vod/${encodeURIComponent(broadcast)}/about.json`, token)), '');
}

/// `name`: of the channel, where it is not told.
function describe(about: Json, name: string): Details {
  const channel = text(part(about, 'channel'), 'name') || name;
  const broadcast = part(about, 'broadcast');
  const started = new Date(text(broadcast, 'startedAt'));
  return {
    title: text(broadcast, 'title') || channel,
    channel,
    broadcastId: text(broadcast, 'id'),
    description: text(broadcast, 'description'),
    startedAt: Number.isNaN(started.getTime()) ? undefined : started,
  };
}

async function get(url: string): Promise<Json> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(8000) });
    return response.ok ? ((await response.json()) as Json) : {};
  } catch {
    return {};
  }
}

function part(json: Json, name: string): Json {
  return (json[name] ?? {}) as Json;
}

function text(json: Json, name: string): string {
  const value = json[name];
  return typeof value === 'string' ? value : '';
}
