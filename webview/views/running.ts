/** The callback that runs, or is about to: the head of ready, shown apart from it. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ReadyRow } from '../../src/adapter/contract';
import { emit } from '../emit';
import { sourceLink } from './sourceLink';
import { rowStyles } from '../list/rowStyles';
import { base } from '../theme';
import { readyRow } from './ready';

@customElement('tick-running')
export class RunningElement extends LitElement {
  @property({ attribute: false }) row!: ReadyRow;
  /** The program runs it now; else it is about to. */
  @property({ type: Boolean }) now = false;
  @property({ type: Boolean }) selected = false;

  static override styles = [
    base,
    rowStyles,
    css`
      :host {
        display: block;
        padding: 0 8px 4px;
        container-type: inline-size;
      }
      .glyph {
        width: 9px;
        height: 10px;
        margin-right: 7px;
        fill: var(--vscode-debugIcon-continueForeground, var(--accent));
      }
      /* The cause tells more than the words that the mark says too. */
      @container (max-width: 270px) {
        .state {
          display: none;
        }
      }
      .row {
        height: 44px;
        --tone: var(--vscode-focusBorder);
        background: color-mix(in srgb, var(--vscode-focusBorder) 22%, var(--vscode-editor-background));
        border: 1px solid var(--vscode-contrastActiveBorder, var(--vscode-focusBorder));
        border-left-width: 3px;
      }
      .row:hover,
      .row.selected {
        background: color-mix(in srgb, var(--vscode-focusBorder) 34%, var(--vscode-editor-background));
      }
      :host-context(.vscode-high-contrast) .row {
        background: var(--vscode-editor-background);
      }
      .row:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      .detail {
        color: inherit;
        opacity: 0.85;
      }
      .state {
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const text = readyRow(this.row, { aged: 0 });
    const says = this.now ? 'running' : 'about to run';
    return html`<div
      class="row ${this.selected ? 'selected' : ''}"
      role="button"
      tabindex="0"
      data-testid="running"
      data-id=${this.row.id}
      data-key=${text.key}
      aria-label=${`${text.name}, ${says}, ${text.detail}`}
      @click=${this.pick}
      @dblclick=${this.open}
      @contextmenu=${() => emit(this, 'menu', { row: this.row })}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Enter') this.open();
        else if (event.key === ' ') this.pick();
        else return;
        event.preventDefault();
      }}
    >
      <span class="name" title=${text.name}
        ><svg class="glyph" viewBox="0 0 9 10" aria-hidden="true"><path d="M0 0v10l9-5z" /></svg
        >${text.name}</span
      >
      <span class="value" title=${text.valueTitle}>${text.value}</span>
      <span class="detail" title=${`${says} · ${text.detail}`}
        ><span class="state">${says} · </span>${text.detail}</span
      >
      ${sourceLink(text.source)}
    </div>`;
  }

  private pick(): void {
    emit(this, 'pick', { row: this.row });
  }

  private open(): void {
    if (this.row.source) emit(this, 'open', this.row.source);
  }
}
