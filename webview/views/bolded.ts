/** A sentence with names in it, which are drawn bold. */
import { html } from 'lit';

/** Not within longer words. Where one name begins another, the longer one counts. */
export function parts(sentence: string, names: readonly string[]): { text: string; isName: boolean }[] {
  const sorted = [...new Set(names)].filter((name) => name !== '').sort((x, y) => y.length - x.length);
  if (sorted.length === 0) return [{ text: sentence, isName: false }];
  const escaped = sorted.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found = sentence.split(new RegExp(`(?<![\\w-])(${escaped.join('|')})(?![\\w-])`));
  return found.map((text, at) => ({ text, isName: at % 2 === 1 })).filter(({ text }) => text !== '');
}

export function bolded(sentence: string, names: readonly string[]) {
  return parts(sentence, names).map(({ text, isName }) => (isName ? html`<b>${text}</b>` : text));
}
