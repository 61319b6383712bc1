/** One queue as a column: heading, count, and the list of its entries. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { State } from '../../src/adapter/contract';
import { count } from '../format';
import '../list/list';
import type { Selected } from '../list/list';
import type { RowsWindow } from '../list/window';
import { base } from '../theme';
import type { QueueName, RowOf } from '../store';
import type { Moment, RowText } from './row';

/** What makes one queue differ from the others. */
export interface QueueSpec<Q extends QueueName> {
  queue: Q;
  title: string;
  /** The order of its entries, in words. */
  order: string;
  /** What an empty queue says. */
  empty(state: State): string;
  row(row: RowOf[Q], moment: Moment): RowText;
}

export type AnyQueueSpec = QueueSpec<'ready'> | QueueSpec<'waiting'> | QueueSpec<'timers'>;

@customElement('tick-queue')
export class QueueElement extends LitElement {
  @property({ attribute: false }) spec!: AnyQueueSpec;
  @property({ attribute: false }) rows!: RowsWindow<RowOf['ready' | 'waiting' | 'timers']>;
  /** The count of the whole queue, from the state. */
  @property({ type: Number }) count = 0;
  /** Entries at the head that are shown elsewhere. */
  @property({ type: Number }) skip = 0;
  @property({ attribute: false }) state!: State;
  @property({ type: Boolean }) moving = false;
  @property({ attribute: false }) selected?: Selected;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      header {
        display: flex;
        align-items: baseline;
        gap: 8px;
        padding: 6px 10px 5px;
        white-space: nowrap;
        overflow: hidden;
      }
      h2 {
        margin: 0;
        font-size: 11px;
        font-weight: 700;
        letter-spacing: 0.04em;
        text-transform: uppercase;
        color: var(--vscode-sideBarSectionHeader-foreground, var(--vscode-foreground));
      }
      .count {
        color: var(--muted);
        font-size: var(--small);
        font-variant-numeric: tabular-nums;
      }
      .order {
        margin-left: auto;
        overflow: hidden;
        text-overflow: ellipsis;
        color: var(--muted);
        font-size: var(--small);
      }
      tick-list {
        flex: 1;
        min-height: 0;
      }
      .empty {
        padding: 8px 10px;
        color: var(--muted);
      }
      .error {
        padding: 6px 10px;
        color: var(--vscode-errorForeground);
      }
    `,
  ];

  override render() {
    const { spec, rows } = this;
    const total = Math.max(0, rows.total - this.skip);
    const known = rows.epoch >= 0;
    return html`
      <header>
        <h2 id="title">${spec.title}</h2>
        <span class="count" data-testid="count-${spec.queue}">${count(this.count)}</span>
        <span class="order">${spec.order}</span>
      </header>
      <slot></slot>
      ${rows.error ? html`<div class="error" role="alert">${rows.error}</div>` : nothing}
      ${known && total === 0 && !rows.error ? html`<div class="empty">${this.emptyText()}</div>` : nothing}
      <tick-list
        .label=${`${spec.title}, ${spec.order}`}
        .rows=${rows}
        .total=${total}
        .skip=${this.skip}
        .moving=${this.moving}
        .selected=${this.selected}
        .text=${spec.row}
        ?hidden=${total === 0}
      ></tick-list>
    `;
  }

  private emptyText(): string {
    return this.skip > 0 ? 'Nothing else is ready.' : this.spec.empty(this.state);
  }
}
