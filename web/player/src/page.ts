// The elements of index.html, found once and by type.

export function element<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} #${id}`);
  return found;
}

export function setIcon(button: HTMLButtonElement, icon: string, label: string): void {
  button.querySelector('use')?.setAttribute('href', `#icon-${icon}`);
  button.setAttribute('aria-label', label);
  button.title = label;
}

/// "1:02:03", "2:03".
export function clockText(seconds: number): string {
  const whole = Math.floor(Number.isFinite(seconds) ? seconds : 0);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
