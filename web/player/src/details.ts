// What the page says about a broadcast beside its picture. Everything here is optional: without an answer the
// video plays all the same.

export interface Details {
  title: string;
  channel: string;
  channelId: string;
  broadcastId: string;
  description: string;
  startedAt: Date | undefined;
}

type Json = Record<string, unknown>;

export async function channelDetails(channel: string): Promise<Details> {
  const about = await get(`/api/channels/${encodeURIComponent(channel)}`);
  const name = text(about, 'name') || channel;
  const id = text(about, 'id') || channel;
  const current = text(about, 'currentBroadcastId');
  const broadcast = current ? await get(`/api/broadcasts/${encodeURIComponent(current)}`) : {};
  return describe(broadcast, { channel: name, channelId: id, broadcastId: current });
}

export async function broadcastDetails(id: string): Promise<Details> {
  const broadcast = await get(`/api/broadcasts/${encodeURIComponent(id)}`);
  const channelId = text(broadcast, 'channelId');
  return describe(broadcast, {
    channel: text((broadcast['channel'] ?? {}) as Json, 'name') || channelId,
    channelId,
    broadcastId: id,
  });
}

function describe(broadcast: Json, of: Pick<Details, 'channel' | 'channelId' | 'broadcastId'>): Details {
  const started = new Date(text(broadcast, 'startedAt'));
  return {
    ...of,
    title: text(broadcast, 'title') || of.channel,
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

function text(json: Json, name: string): string {
  const value = json[name];
  return typeof value === 'string' ? value : '';
}
