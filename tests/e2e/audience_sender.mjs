// What becomes of a scripted viewer's reports on their way.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** Sends a viewer's reports: some twice, some late and out of order, some never. */
export class Sender {
  delivered = 0; // bytes of playlists and media below the first playlist

  constructor(tally, viewer, random) {
    Object.assign(this, { tally, viewer, random, next: 0, late: [] });
  }

  headers() {
    return { 'User-Agent': this.viewer.userAgent, 'X-Forwarded-For': this.viewer.address };
  }

  /** The view and the right to report on it, from the first playlist. */
  async join() {
    const response = await fetch(this.tally.url('cdn', '/live/ch_001/playlist.m3u8'), {
      headers: this.headers(),
    });
    const master = await response.text();
    const address = master.split('\n').find((line) => line && !line.startsWith('#'));
    const query = new URL(address, 'http://tally').searchParams;
    this.view = `v=2,sid="${query.get('sid')}",cid="${query.get('cid')}",com.tally-tk="${query.get('tk')}"`;
    this.playlist = new URL(address, response.url);
    this.token = query.get('tk');
    this.sid = query.get('sid');
  }

  async fetch(address) {
    const headers = { ...this.headers(), 'CMCD-Session': `sid="${this.sid}"` };
    const response = await fetch(address, { headers });
    assert.equal(response.status, 200, address.href);
    this.delivered += Number(response.headers.get('content-length'));
    return response.text();
  }

  /** What a player fetches to play `segments` segments. */
  async watch(segments) {
    const lines = (await this.fetch(this.playlist)).split('\n');
    const init = lines.map((line) => /^#EXT-X-MAP:URI="([^"]+)"/.exec(line)?.[1]).find(Boolean);
    const media = lines.filter((line) => line && !line.startsWith('#')).slice(-segments);
    for (const uri of [init, ...media]) await this.fetch(new URL(uri, this.playlist));
  }

  /** Until it is acknowledged: what was not is sent again, as players do. */
  async send(record) {
    for (let attempt = 0; attempt < 100; ++attempt) {
      try {
        const response = await fetch(this.tally.url('analytics', '/api/analytics/collect'), {
          method: 'POST',
          headers: this.headers(),
          body: record,
        });
        if (response.status === 204) return;
        assert.ok([429, 503].includes(response.status), `answered ${response.status}: ${record}`);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
      await delay(100);
    }
    assert.fail(`never acknowledged: ${record}`);
  }

  async sendNext() {
    const number = this.next++;
    const { text, lossy } = this.viewer.reports[number];
    const viewer = `com.tally-vid="${this.viewer.id}"`;
    const record = `${this.view},sn=${number + 1},ts=${Date.now()},${viewer},${text}\n`;
    if (lossy && this.random() < 0.2) return;
    if (number > 1 && this.random() < 0.1) {
      this.late.push(record);
      return;
    }
    await this.send(record);
    if (this.random() < 0.1) await this.send(record);
    if (this.random() < 0.5) await this.sendLate();
  }

  async sendLate() {
    for (const record of this.late.splice(0)) await this.send(record);
  }

  async sendAll(last) {
    while (this.next < last) await this.sendNext();
    await this.sendLate();
  }
}
