/**
 * All tasks at the cursor, as a table: sorted, filtered, in groups. Only the lines on the screen are drawn and fetched.
 * One tab stop for the lines: arrow keys, Home, End and the page keys move the selection, Enter opens the source or the
 * group, Right and Left open and close a group.
 *
 * Events: `query` {query}, `show` {first, last}, `pick` {row}, `open` {source}, `menu` {row} when a menu is about to open.
 */
import '@lit-labs/virtualizer';
import type { LitVirtualizer } from '@lit-labs/virtualizer';
import { LitElement, type PropertyValues, html, nothing } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Finding, TaskId } from '../../src/adapter/contract';
import { emit } from '../emit';
import { LINE_HEIGHT, LineLayout } from '../list/rowLayout';
import type { Range, RowsWindow } from '../list/window';
import type { TaskEntry, TaskLine, TaskQuery } from '../store';
import { base } from '../theme';
import { sourceLink } from './sourceLink';
import { COLUMNS, type Column, cellText, isTask, lineLabel, placeOf, sortedBy, toggled } from './taskColumns';
import { tasksStyles } from './tasksStyles';

/** Milliseconds between two redraws of ages while the loop runs. */
const AGE_MS = 200;

const GROUPINGS: readonly { by: TaskQuery['by']; label: string }[] = [
  { by: 'stack', label: 'Equal stacks folded' },
  { by: undefined, label: 'Not grouped' },
  { by: 'state', label: 'By state' },
  { by: 'coroutine', label: 'By coroutine' },
  { by: 'reason', label: 'By what they wait for' },
  { by: 'line', label: 'By line' },
];

@customElement('tick-tasks')
export class TasksElement extends LitElement {
  @property({ attribute: false }) rows!: RowsWindow<TaskLine>;
  @property({ attribute: false }) query!: TaskQuery;
  @property({ attribute: false }) selected?: TaskId;
  /** What is wrong with tasks, by task: the gravest finding. */
  @property({ attribute: false }) findings: ReadonlyMap<TaskId, Finding> = new Map();
  @property({ type: Boolean }) moving = false;
  /** Node does not tell of its tasks' steps. */
  @property({ type: Boolean }) isNode = false;

  /** Index of the line that the keyboard is at. */
  @state() private active = 0;
  @state() private focused = false;
  @query('lit-virtualizer') private virtualizer!: LitVirtualizer<number>;

  /** The keyboard is at the selected task, wherever that goes; else it is at a group. */
  private atSelected = true;
  /** Index of the line that was selected before it was there. */
  private unloaded?: number;
  private indices: number[] = [];
  private readonly layout = { type: LineLayout };
  /** Lines that many apart share their elements; at least as many as are drawn at once. */
  private pool = 64;
  private readonly recycled = (i: number) => i % this.pool;
  private range: Range = { first: 0, last: 0 };
  private ticker?: ReturnType<typeof setInterval>;

  static override styles = [base, tasksStyles];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
    this.ticker = undefined;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const { total, rows } = this.rows;
    if (this.indices.length !== total) this.indices = Array.from({ length: total }, (_, i) => i);
    if (this.active >= total) this.active = Math.max(0, total - 1);
    if (changed.has('selected')) this.atSelected = true;
    if (this.atSelected && this.selected !== undefined && !this.isAt(this.selected))
      for (const [i, line] of rows) if (isTask(line) && line.task === this.selected) this.active = i;
    if (this.moving && !this.ticker) this.ticker = setInterval(() => this.requestUpdate(), AGE_MS);
    if (!this.moving && this.ticker) {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('selected') && this.selected !== undefined && this.isAt(this.selected))
      this.reveal(this.active);
    // The headings stand above the lines, which leave room for a scrollbar.
    const { offsetWidth, clientWidth } = this.virtualizer;
    this.style.setProperty('--scrollbar', `${offsetWidth - clientWidth}px`);
    if (this.unloaded !== undefined && this.rows.rows.has(this.unloaded)) this.pick(this.unloaded);
  }

  override render() {
    const { total, error } = this.rows;
    return html`
      ${this.controls()}
      <div
        class="grid"
        role="treegrid"
        data-testid="task-grid"
        tabindex="0"
        aria-label="Tasks"
        aria-rowcount=${total + 1}
        aria-activedescendant=${total ? `line-${this.active}` : nothing}
        ?data-node=${this.isNode}
        @keydown=${this.onKey}
        @contextmenu=${() => this.menu()}
        @focus=${() => (this.focused = true)}
        @blur=${() => (this.focused = false)}
      >
        <div class="line headings" role="row" aria-rowindex="1">
          ${this.columns().map((column) => this.heading(column))}
        </div>
        <lit-virtualizer
          scroller
          role="rowgroup"
          tabindex="-1"
          ?hidden=${!total}
          .items=${this.indices}
          .layout=${this.layout}
          .keyFunction=${this.recycled}
          .renderItem=${(i: number) => this.line(i)}
          @rangeChanged=${this.onRange}
          @visibilityChanged=${this.onRange}
        ></lit-virtualizer>
      </div>
      ${error === undefined ? nothing : html`<p class="error" role="alert" data-testid="tasks-refused">${error}</p>`}
      ${total || error !== undefined ? nothing : this.empty()}
    `;
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.grid')?.focus();
  }

  private controls() {
    const { text, by } = this.query;
    return html`<div class="controls">
      <vscode-text-field
        data-testid="task-filter"
        aria-label="Filter the tasks"
        placeholder="Filter by name, coroutine, reason or file"
        .value=${text}
        @input=${(event: Event) => this.ask({ text: (event.target as HTMLInputElement).value })}
      ></vscode-text-field>
      <vscode-dropdown
        data-testid="task-groups"
        aria-label="Group the tasks"
        .value=${by ?? ''}
        @change=${(event: Event) => {
          const value = (event.target as HTMLInputElement).value;
          const chosen = GROUPINGS.find((each) => (each.by ?? '') === value)?.by;
          if (chosen !== this.query.by) this.ask({ by: chosen, open: [] });
        }}
      >
        ${GROUPINGS.map(
          (each) =>
            html`<vscode-option value=${each.by ?? ''} ?selected=${each.by === by}
              >${each.label}</vscode-option
            >`,
        )}
      </vscode-dropdown>
    </div>`;
  }

  private empty() {
    const { text } = this.query;
    if (this.rows.epoch < 0) return html`<p class="empty" data-testid="tasks-loading">Looking…</p>`;
    if (text)
      return html`<p class="empty" data-testid="tasks-empty">
        No task matches “${text}”.
        <button class="link" @click=${() => this.ask({ text: '' })}>Show all tasks</button>
      </p>`;
    return html`<p class="empty" data-testid="tasks-empty">
      ${
        this.isNode
          ? 'No async function call is pending here.'
          : 'There are no tasks here: none has been created yet, or all have ended long ago.'
      }
    </p>`;
  }

  private columns(): readonly Column[] {
    return this.isNode ? COLUMNS.filter(({ steps }) => !steps) : COLUMNS;
  }

  private heading(column: Column) {
    const { sort } = this.query;
    const sorted = sort?.by === column.by ? (sort.descending ? 'descending' : 'ascending') : 'none';
    return html`<div
      class="cell ${column.by} ${column.number ? 'number' : ''}"
      role="columnheader"
      aria-sort=${sorted}
    >
      <button
        data-testid="sort-${column.by}"
        title="${column.hint}. Click to sort."
        @click=${() => emit(this, 'query', { query: sortedBy(this.query, column) })}
      >
        ${column.title}<span aria-hidden="true" class="arrow"
          >${sorted === 'none' ? '' : sorted === 'descending' ? '▾' : '▴'}</span
        >
      </button>
    </div>`;
  }

  private line(i: number) {
    const line = this.rows.rows.get(i);
    if (!line)
      return html`<div class="line" role="row" id="line-${i}" aria-rowindex=${i + 2} aria-label="Loading">
        <div class="cell name" role="gridcell">…</div>
      </div>`;
    const aged = this.moving ? Math.max(0, performance.now() - this.rows.at) : 0;
    const task = isTask(line) ? line : undefined;
    const finding = task && this.findings.get(task.task);
    const selected = task !== undefined && task.task === this.selected;
    const classes = [
      'line',
      task ? `state-${task.state}` : 'group',
      task?.group === undefined ? '' : 'member',
      finding?.certainty ?? '',
      selected ? 'selected' : '',
      this.focused && i === this.active ? 'active' : '',
    ];
    const trouble = finding ? `, ${finding.kind.replaceAll('-', ' ')}, ${finding.certainty}` : '';
    return html`<div
      class=${classes.join(' ')}
      role="row"
      id="line-${i}"
      data-testid=${task ? 'task' : 'task-group'}
      data-id=${task?.task ?? nothing}
      aria-rowindex=${i + 2}
      aria-level=${task?.group === undefined ? 1 : 2}
      aria-selected=${selected}
      aria-expanded=${'open' in line ? line.open : nothing}
      aria-label=${lineLabel(line, this.isNode, aged) + trouble}
      @click=${() => this.onClick(i)}
      @dblclick=${() => this.open(line)}
      @contextmenu=${() => (this.active = i)}
    >
      ${this.columns().map((column) => this.cell(line, column, aged, finding))}
    </div>`;
  }

  private cell(line: TaskLine, { by, number }: Column, aged: number, finding: Finding | undefined) {
    if (by === 'source')
      return html`<div class="cell source-cell" role="gridcell">${sourceLink(placeOf(line))}</div>`;
    const text = cellText(line, by, aged);
    const caret =
      by === 'name' && 'open' in line
        ? html`<span class="caret" aria-hidden="true">${line.open ? '▾' : '▸'}</span>`
        : nothing;
    const mark =
      by === 'name' && finding
        ? html`<span class="mark" data-testid="task-finding" title=${finding.sentence} aria-hidden="true"
            >▲</span
          >`
        : nothing;
    const title = by === 'ageMs' && isTask(line) ? `${line.state} since tick ${line.sinceTick}` : text;
    return html`<div class="cell ${by} ${number ? 'number' : ''}" role="gridcell" title=${title}>
      ${mark}${caret}${text}
    </div>`;
  }

  private ask(change: Partial<TaskQuery>): void {
    emit(this, 'query', { query: { ...this.query, ...change } });
  }

  private onRange(event: Event): void {
    const { first, last } = event as Event & Range;
    while (last - first >= this.pool) this.pool *= 2;
    if (first < 0 || last < 0 || (event.type === 'visibilityChanged' && last <= this.range.last)) return;
    if (first === this.range.first && last === this.range.last) return;
    this.range = { first, last };
    emit(this, 'show', { first, last });
  }

  private isAt(task: TaskId): boolean {
    const line = this.rows.rows.get(this.active);
    return isTask(line) && line.task === task;
  }

  private onClick(i: number): void {
    const line = this.rows.rows.get(i);
    this.pick(i);
    if (line && !isTask(line)) this.toggle(line.group);
  }

  private toggle(group: string): void {
    emit(this, 'query', { query: toggled(this.query, group) });
  }

  private pick(i: number): void {
    this.active = i;
    const line = this.rows.rows.get(i);
    this.unloaded = line ? undefined : i;
    this.atSelected = isTask(line);
    if (isTask(line)) emit(this, 'pick', { row: line satisfies TaskEntry });
  }

  private menu(): void {
    const line = this.rows.rows.get(this.active);
    if (isTask(line)) emit(this, 'menu', { row: line });
  }

  private open(line: TaskLine | undefined): void {
    const place = line && placeOf(line);
    if (isTask(line) && place) emit(this, 'open', place);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const page = Math.max(1, Math.floor(this.virtualizer.clientHeight / LINE_HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.rows.total - 1,
    };
    const line = this.rows.rows.get(this.active);
    if (event.key in moves) this.go(moves[event.key]);
    else if (event.key === ' ') this.pick(this.active);
    else if (event.key === 'Enter') {
      if (isTask(line)) this.pick(this.active);
      this.open(line);
      if (line && !isTask(line)) this.toggle(line.group);
    } else if (event.key === 'ArrowRight' && line && 'open' in line && !line.open) this.toggle(line.group);
    else if (event.key === 'ArrowLeft' && line?.group !== undefined && (isTask(line) || line.open))
      this.close(line.group);
    else return;
    event.preventDefault();
  }

  /** Closes a group, and goes to its line. */
  private close(group: string): void {
    for (const [i, line] of this.rows.rows) if (!isTask(line) && line.group === group) this.active = i;
    this.atSelected = false;
    this.toggle(group);
  }

  private go(to: number): void {
    const i = Math.max(0, Math.min(this.rows.total - 1, to));
    this.pick(i);
    this.reveal(i);
  }

  /** Scrolls just so far that the line is seen. */
  private reveal(i: number): void {
    const list = this.virtualizer;
    const top = i * LINE_HEIGHT;
    list.scrollTop = Math.min(top, Math.max(list.scrollTop, top + LINE_HEIGHT - list.clientHeight));
  }
}
