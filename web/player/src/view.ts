// What the page shows: the stage's state, its notice, and the words below the picture.
import type { Details } from './details';
import { element } from './page';

export type State = 'connecting' | 'playing' | 'waiting' | 'over';

export interface Notice {
  title: string;
  text: string;
  link?: { label: string; href: string };
}

const stage = element('stage', HTMLElement);
const backdrop = element('backdrop', HTMLImageElement);
const noticeTitle = element('notice-title', HTMLElement);
const noticeText = element('notice-text', HTMLElement);
const noticeLink = element('notice-link', HTMLAnchorElement);
const soundOnly = element('sound-only', HTMLElement);
const badge = element('badge', HTMLElement);
const title = element('title', HTMLElement);
const byline = element('byline', HTMLElement);
const description = element('description', HTMLElement);

backdrop.addEventListener('load', () => {
  backdrop.hidden = false;
});
backdrop.addEventListener('error', () => {
  backdrop.hidden = true;
});

export function showState(state: State, badgeText: string): void {
  stage.dataset['state'] = state;
  badge.textContent = badgeText;
  badge.dataset['tone'] = state === 'playing' && badgeText === 'Live' ? 'live' : 'quiet';
  document.body.classList.toggle('on-air', badge.dataset['tone'] === 'live');
}

/// A notice stands over the picture until the next state without one.
export function showNotice(state: 'waiting' | 'over', badgeText: string, notice: Notice): void {
  showState(state, badgeText);
  // Unchanged text is not written again: screen readers would repeat it on every retry.
  if (noticeTitle.textContent !== notice.title) noticeTitle.textContent = notice.title;
  if (noticeText.textContent !== notice.text) noticeText.textContent = notice.text;
  noticeLink.hidden = !notice.link;
  if (notice.link) {
    noticeLink.textContent = notice.link.label;
    noticeLink.href = notice.link.href;
  }
}

/// The newest poster, softened behind notices.
export function showBackdrop(url: string): void {
  backdrop.src = `${url}?t=${Math.floor(Date.now() / 5000)}`;
}

/// What plays, in pixels: 0 × 0 is sound alone, behind which the poster stands.
export function showPicture(width: number, height: number): void {
  soundOnly.hidden = width > 0;
  if (width > 0) stage.style.setProperty('--picture', `${width} / ${height}`);
}

export function showDetails(details: Details | undefined): void {
  document.title = details?.title ? `${details.title} · Tally` : 'Tally';
  title.textContent = details?.title ?? '';
  byline.textContent = details ? bylineOf(details) : '';
  description.textContent = details?.description ?? '';
}

function bylineOf(details: Details): string {
  const parts = details.title === details.channel ? [] : [details.channel];
  if (details.startedAt) parts.push(`Started ${formatTime(details.startedAt)}`);
  return parts.filter((part) => part !== '').join(' · ');
}

function formatTime(time: Date): string {
  const today = time.toDateString() === new Date().toDateString();
  return time.toLocaleString(
    undefined,
    today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
}
