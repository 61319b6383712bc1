/**
 * The callbacks of the cursor's tick in the order they ran: those that ran, a mark at the cursor, those that
 * follow. Only those near the cursor are drawn: a tick may run thousands.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CallbackRow, Cursor, ReadyRow } from '../../src/adapter/contract';
import { emit } from '../emit';
import { count, duration, outcomeText, phaseText, plural, sourceText } from '../format';
import type { RowsWindow } from '../list/window';
import { base } from '../theme';
import { phaseStarts, strip } from './strip';

@customElement('tick-callbacks')
export class CallbacksElement extends LitElement {
  @property({ attribute: false }) cursor!: Required<Cursor>;
  /** The callback that is about to run. */
  @property({ attribute: false }) next?: ReadyRow;
  @property({ attribute: false }) rows!: RowsWindow<CallbackRow>;
  @property({ attribute: false }) selected?: number;
  /** The program runs: there is no callback about to run. */
  @property({ type: Boolean }) moving = false;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 4px 10px;
        min-height: 30px;
        min-width: 0;
        border-top: 1px solid var(--line);
      }
      .title {
        flex: none;
        color: var(--muted);
        font-size: var(--small);
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .strip {
        display: flex;
        align-items: center;
        gap: 3px;
        min-width: 0;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 1px;
      }
      button {
        display: inline-flex;
        gap: 5px;
        align-items: baseline;
        flex: none;
        max-width: 190px;
        height: 20px;
        padding: 0 7px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 2px;
        font: inherit;
        font-size: var(--small);
        line-height: 18px;
        color: inherit;
        background: color-mix(in srgb, var(--vscode-foreground) 6%, var(--vscode-editor-background));
        cursor: pointer;
      }
      button:hover {
        background: var(--vscode-list-hoverBackground);
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: -1px;
      }
      button[aria-pressed='true'] {
        background: var(--vscode-list-inactiveSelectionBackground);
        color: var(--vscode-list-inactiveSelectionForeground, inherit);
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .time {
        color: var(--muted);
        font-family: var(--code);
        white-space: nowrap;
      }
      .raised {
        border-color: var(--vscode-errorForeground);
      }
      .later {
        opacity: 0.6;
        border: 1px dashed var(--line);
      }
      .next {
        border: 1px solid var(--vscode-focusBorder);
      }
      .here {
        flex: none;
        width: 2px;
        height: 20px;
        margin: 0 3px;
        background: var(--vscode-focusBorder);
      }
      .phase {
        flex: none;
        padding-left: 5px;
        color: var(--muted);
        font-size: var(--small);
        border-left: 1px solid var(--line);
      }
      .more {
        flex: none;
        color: var(--muted);
        font-size: var(--small);
      }
    `,
  ];

  override updated(): void {
    const here = this.renderRoot.querySelector<HTMLElement>('.here');
    const box = this.renderRoot.querySelector<HTMLElement>('.strip');
    if (here && box) box.scrollLeft = here.offsetLeft - box.offsetLeft - box.clientWidth / 2;
  }

  override render() {
    const { tick, callback } = this.cursor;
    const { shown, before, after, nextIndex } = strip(this.rows, callback);
    const ran = shown.filter((row) => this.moving || row.index <= callback);
    const later = this.moving ? [] : shown.filter((row) => row.index > callback);
    const starts = phaseStarts(shown);
    const chip = (row: CallbackRow, when: 'ran' | 'next' | 'later') =>
      html`${starts.has(row.index) ? html`<span class="phase" data-testid="phase">${starts.get(row.index)}</span>` : nothing}${this.chip(row, when)}`;
    const ahead = later.some((row) => row.index === nextIndex) ? undefined : this.next;
    return html`
      <span class="title">${this.heading(tick, callback)}</span>
      <div class="strip" role="group" aria-label="Callbacks of tick ${tick}" data-testid="callbacks">
        ${before ? html`<span class="more">${count(before)} before ·</span>` : nothing}
        ${ran.map((row) => chip(row, 'ran'))}
        ${this.moving ? nothing : html`<span class="here" title="The cursor"></span>`}
        ${ahead ? this.ahead(ahead) : nothing}
        ${later.map((row) => chip(row, row.index === nextIndex ? 'next' : 'later'))}
        ${after ? html`<span class="more">· ${count(after)} more</span>` : nothing}
        ${this.rows.error ? html`<span class="more">${this.rows.error}</span>` : nothing}
        ${
          !shown.length && !ahead && !this.rows.error && this.rows.epoch >= 0
            ? html`<span class="more">no callbacks yet</span>`
            : nothing
        }
      </div>
    `;
  }

  private heading(tick: number, callback: number): string {
    const { epoch, total } = this.rows;
    if (epoch < 0) return `Tick ${count(tick)}`;
    if (!this.moving && total > callback)
      return `Tick ${count(tick)} · ${count(callback)} of ${plural(total, 'callback')} ran`;
    return `Tick ${count(tick)} · ${plural(total, 'callback')} ran`;
  }

  private chip(row: CallbackRow, when: 'ran' | 'next' | 'later') {
    const time = isUntimed(row) ? '' : ` after ${duration(row.runMs)}`;
    const phase = row.phase === undefined ? '' : `, ${phaseText(row.phase)}`;
    const words = `${row.index}. ${row.name}: ${outcomeText(row)}${time}${phase}`;
    return html`<button
      class="${when} ${row.outcome === 'raised' ? 'raised' : ''}"
      data-testid="callback"
      data-when=${when}
      aria-pressed=${row.id === this.selected}
      title=${row.source ? `${words} (${sourceText(row.source)})` : words}
      @click=${() => emit(this, 'pick', { row })}
      @contextmenu=${() => emit(this, 'menu', { row })}
      @dblclick=${() => row.source && emit(this, 'open', row.source)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key !== 'Enter' || !row.source) return;
        emit(this, 'open', row.source);
        event.preventDefault();
      }}
    >
      <span class="name">${row.name}</span
      ><span class="time">${isUntimed(row) ? '' : duration(row.runMs)}</span>
    </button>`;
  }

  private ahead(row: ReadyRow) {
    return html`<button
      class="next"
      data-testid="callback"
      data-when="next"
      aria-pressed=${row.id === this.selected}
      title="${row.name} is about to run"
      @click=${() => emit(this, 'pick', { row })}
      @contextmenu=${() => emit(this, 'menu', { row })}
      @dblclick=${() => row.source && emit(this, 'open', row.source)}
    >
      <span class="name">${row.name}</span><span class="time">next</span>
    </button>`;
  }
}

/** Promise steps are not timed one by one. */
function isUntimed({ kind, runMs }: CallbackRow): boolean {
  return kind === 'microtask' && runMs === 0;
}
