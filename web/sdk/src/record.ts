// CMCD version 2 as text: "br=(4000),e=t,sid=\"...\",sta=p", with our extensions as com.tally-.
export type Value = number | string | boolean | Token | readonly number[] | undefined;

/// Written without quotes.
export class Token {
  constructor(readonly text: string) {}
}

/// One record; keys in order, what is undefined left out.
export function recordText(keys: Record<string, Value>): string {
  return Object.entries(keys)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, value]) => {
      const text = valueText(value);
      if (text === undefined) return [];
      return [text === '' ? key : `${key}=${text}`];
    })
    .join(',');
}

function valueText(value: Value): string | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return '';
  if (value instanceof Token) return value.text;
  if (typeof value === 'number') return Number.isFinite(value) ? String(Math.round(value)) : undefined;
  if (typeof value === 'string') return `"${value.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;
  return `(${value.map((each) => Math.round(each)).join(' ')})`;
}
