/** The place of an entry, as a link: a long file name gives way, the line stays. */
import { html, nothing } from 'lit';
import type { Source } from '../../src/adapter/contract';
import { emit } from '../emit';
import { sourceText } from '../format';

export function sourceLink(source: Source | undefined) {
  if (!source) return nothing;
  const text = sourceText(source);
  const colon = text.lastIndexOf(':');
  return html`<span
    class="source"
    data-testid="source"
    title=${`${source.path}:${source.line}`}
    @click=${(event: Event) => {
      event.stopPropagation();
      emit(event.currentTarget!, 'open', source);
    }}
    ><span class="file">${text.slice(0, colon)}</span><span>${text.slice(colon)}</span></span
  >`;
}
