// How many watch, beside what is live.
import { element } from './page';

const viewers = element('viewers', HTMLElement);

const firstMilliseconds = 2000; // this viewer is counted by then
const pollMilliseconds = 10_000;

/// Shows it until `signal` says that it is over.
export function followViewers(channel: string, signal: AbortSignal): void {
  const show = async () => {
    const count = await countOf(channel, signal);
    if (!signal.aborted) viewers.textContent = count > 0 ? `${count.toLocaleString()} watching` : '';
  };
  const first = window.setTimeout(() => void show(), firstMilliseconds);
  const poll = window.setInterval(() => void show(), pollMilliseconds);
  signal.addEventListener('abort', () => {
    window.clearTimeout(first);
    window.clearInterval(poll);
    viewers.textContent = '';
  });
}

/// 0 as well when it is not known: where analytics is not served.
async function countOf(channel: string, signal: AbortSignal): Promise<number> {
  try {
    const response = await fetch(`/live/${encodeURIComponent(channel)}/viewers.json`, { signal });
    const { viewers: count } = response.ok ? ((await response.json()) as { viewers?: unknown }) : {};
    return typeof count === 'number' ? count : 0;
  } catch {
    return 0;
  }
}
