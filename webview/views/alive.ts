/** Why a Node program that waits does not exit: what keeps it alive, a few of them by name, the rest counted. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AliveRow } from '../../src/adapter/contract';
import { aliveText, count, sourceText } from '../format';
import { base } from '../theme';
import { sourceLink } from './sourceLink';

/** Named ones; the others are in the lists, marked. */
const NAMED = 4;

@customElement('tick-alive')
export class AliveElement extends LitElement {
  @property({ attribute: false }) rows: readonly AliveRow[] = [];

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 12px;
        padding: 4px 10px;
        border-top: 1px solid var(--line);
        font-size: var(--small);
        line-height: 18px;
      }
      .title {
        color: var(--muted);
      }
      ul {
        display: contents;
        list-style: none;
      }
      li {
        display: inline-flex;
        align-items: baseline;
        gap: 5px;
        min-width: 0;
        max-width: 100%;
      }
      .what {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const { rows } = this;
    if (rows.length === 0)
      return html`<span class="title" data-testid="alive"
        >Nothing keeps the program alive: it exits when what is ready has run.</span
      >`;
    return html`<span class="title" data-testid="alive">Keeps the program from exiting</span>
      <ul>
        ${rows.slice(0, NAMED).map(
          (row) =>
            html`<li data-testid="alive-row">
              <span
                class="what"
                title=${row.source ? `${aliveText(row)} (${sourceText(row.source)})` : aliveText(row)}
                >${aliveText(row)}</span
              >
              ${sourceLink(row.source)}
            </li>`,
        )}
        ${rows.length > NAMED ? html`<li class="title">and ${count(rows.length - NAMED)} more</li>` : nothing}
      </ul>`;
  }
}
