/**
 * A virtual list of entries: only what is on the screen is drawn and fetched. One tab stop; the arrow
 * keys, Home, End and the page keys move the selection, Enter opens its source.
 *
 * Events: `show` {first, last} when other rows came into view, `pick` {row} when one is selected,
 * `open` {source}, `leave` {by} when an arrow key asks for the list beside it, `menu` {row} when a menu is about to open.
 */
import '@lit-labs/virtualizer';
import type { LitVirtualizer } from '@lit-labs/virtualizer';
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { TaskId } from '../../src/adapter/contract';
import { sourceLink } from '../views/sourceLink';
import { emit } from '../emit';
import { base } from '../theme';
import type { AnyRow } from '../store';
import type { Moment, RowText } from '../views/row';
import { ROW_HEIGHT, RowLayout } from './rowLayout';
import { rowStyles } from './rowStyles';
import type { Range, RowsWindow } from './window';

/** Milliseconds between two redraws of ages and deadlines while the loop runs. */
const AGE_MS = 200;

/** The selected entry: by its id in this list, and wherever its task has other entries. */
export interface Selected {
  id?: number;
  task?: TaskId;
}

@customElement('tick-list')
export class ListElement extends LitElement {
  @property() label = '';
  @property({ attribute: false }) rows!: RowsWindow<AnyRow>;
  @property({ type: Number }) total = 0;
  /** Rows at the head of the queue that are not entries of this list. */
  @property({ type: Number }) skip = 0;
  @property({ type: Boolean }) moving = false;
  @property({ attribute: false }) selected?: Selected;
  @property({ attribute: false }) text!: (row: never, moment: Moment) => RowText;

  /** Index of the entry that the keyboard is at. */
  @state() private active = 0;
  @state() private focused = false;
  @query('lit-virtualizer') private virtualizer!: LitVirtualizer<number>;

  /** Index of the entry that was selected before it was there. */
  private unloaded?: number;
  private indices: number[] = [];
  private readonly layout = { type: RowLayout };
  /**
   * Entries that many apart share their elements: those that scroll out of view are used again for those that
   * come in. At least as many as are drawn at once.
   */
  private pool = 48;
  private readonly recycled = (i: number) => i % this.pool;
  private range: Range = { first: 0, last: 0 };
  private ticker?: ReturnType<typeof setInterval>;

  static override styles = [
    base,
    rowStyles,
    css`
      :host {
        display: block;
        position: relative;
        container-type: inline-size;
      }
      lit-virtualizer {
        position: absolute !important;
        inset: 0;
        min-height: 0 !important;
        outline: none;
        overflow-x: hidden !important;
      }
      .slot {
        width: 100%;
        padding: 0 8px 4px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  override willUpdate(): void {
    if (this.indices.length !== this.total) this.indices = Array.from({ length: this.total }, (_, i) => i);
    if (this.active >= this.total) this.active = Math.max(0, this.total - 1);
    const selected = this.loadedIndex(this.selected?.id);
    if (selected !== undefined) this.active = selected;
    if (this.moving && !this.ticker) this.ticker = setInterval(() => this.requestUpdate(), AGE_MS);
    if (!this.moving && this.ticker) {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }

  override updated(): void {
    if (this.unloaded !== undefined && this.rows.rows.has(this.unloaded + this.skip))
      this.pick(this.unloaded);
  }

  override render() {
    const moment = this.moment();
    return html`<lit-virtualizer
      scroller
      role="listbox"
      tabindex="0"
      aria-label=${this.label}
      aria-activedescendant=${this.total ? `row-${this.active}` : nothing}
      .items=${this.indices}
      .layout=${this.layout}
      .keyFunction=${this.recycled}
      .renderItem=${(i: number) => this.renderRow(i, moment)}
      @rangeChanged=${this.onRange}
      @visibilityChanged=${this.onRange}
      @keydown=${this.onKey}
      @contextmenu=${() => this.menu(this.active)}
      @focus=${() => (this.focused = true)}
      @blur=${() => (this.focused = false)}
    ></lit-virtualizer>`;
  }

  /** Focuses the list, as Tab does. */
  override focus(): void {
    this.virtualizer?.focus();
  }

  private renderRow(i: number, moment: Moment) {
    const row = this.rows.rows.get(i + this.skip);
    const place = { id: `row-${i}`, size: this.total, position: i + 1 };
    if (!row) {
      return html`<div class="slot" role="option" id=${place.id} aria-selected="false" aria-label="Loading">
        <div class="row loading"><div class="name">…</div></div>
      </div>`;
    }
    const text = this.text(row as never, moment);
    const selected =
      row.id === this.selected?.id || (row.task !== undefined && row.task === this.selected?.task);
    const classes = [
      'row',
      `tone-${text.tone}`,
      text.dim ? 'dim' : '',
      text.brief ? 'brief' : '',
      selected ? 'selected' : '',
      this.focused && i === this.active ? 'active' : '',
    ];
    return html`<div
      class="slot"
      role="option"
      id=${place.id}
      aria-selected=${selected}
      aria-setsize=${place.size}
      aria-posinset=${place.position}
      aria-label=${`${text.name}, ${text.value}, ${text.detail}${text.keepsAlive ? ', keeps the program from exiting' : ''}`}
      @click=${() => this.pick(i)}
      @dblclick=${() => this.open(text)}
      @contextmenu=${() => (this.active = i)}
    >
      <div class=${classes.join(' ')} data-testid="row" data-id=${row.id} data-key=${text.key}>
        <span class="name" title=${text.name}
          >${
            text.keepsAlive
              ? html`<span
                  class="keeps"
                  data-testid="keeps-alive"
                  title="Keeps the program from exiting"
                ></span>`
              : nothing
          }${text.name}</span
        >
        <span class="value" title=${text.valueTitle}>${text.value}</span>
        <span class="detail" title=${text.detail}>${text.detail}</span> ${sourceLink(text.source)}
      </div>
    </div>`;
  }

  private moment(): Moment {
    const aged = this.moving ? Math.max(0, performance.now() - this.rows.at) : 0;
    return { aged, clockMs: this.rows.clockMs };
  }

  private loadedIndex(id: number | undefined): number | undefined {
    if (id === undefined) return undefined;
    for (const [i, row] of this.rows.rows) if (row.id === id && i >= this.skip) return i - this.skip;
    return undefined;
  }

  private onRange(event: Event): void {
    const { first, last } = event as Event & Range;
    while (last - first >= this.pool) this.pool *= 2;
    if (first < 0 || last < 0 || (event.type === 'visibilityChanged' && last <= this.range.last)) return;
    if (first === this.range.first && last === this.range.last) return;
    this.range = { first, last };
    emit(this, 'show', { first: first + this.skip, last: last + this.skip });
  }

  private pick(i: number): void {
    this.active = i;
    const row = this.rows.rows.get(i + this.skip);
    this.unloaded = row ? undefined : i;
    if (row) emit(this, 'pick', { row });
  }

  /** By the keyboard, it is for the entry that the keyboard is at; by the pointer, that has just been put there. */
  private menu(i: number): void {
    const row = this.rows.rows.get(i + this.skip);
    if (row) emit(this, 'menu', { row });
  }

  private open(text: RowText): void {
    if (text.source) emit(this, 'open', text.source);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.clientHeight / ROW_HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.total - 1,
    };
    if (event.key in moves) this.go(moves[event.key]);
    else if (event.key === ' ') this.pick(this.active);
    else if (event.key === 'Enter') this.openActive();
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight')
      emit(this, 'leave', { by: event.key === 'ArrowLeft' ? -1 : 1 });
    else return;
    event.preventDefault();
  }

  private openActive(): void {
    this.pick(this.active);
    const row = this.rows.rows.get(this.active + this.skip);
    if (row) this.open(this.text(row as never, this.moment()));
  }

  private go(to: number): void {
    const i = Math.max(0, Math.min(this.total - 1, to));
    this.pick(i);
    this.virtualizer.element(i)?.scrollIntoView({ block: 'nearest' });
  }
}
