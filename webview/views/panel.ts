/** The whole panel: lays the views out, and turns what they ask for into deeds. */
import { LitElement, type TemplateResult, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type {
  Cursor,
  Finding,
  Requests,
  Source,
  TickBreakpoint,
  TickPlace,
} from '../../src/adapter/contract';
import { freeId, wordsOf } from '../../src/breakpoints/words';
import type { ControlAction } from '../../src/editor/panelMessages';
import { deeds } from '../controls';
import { count } from '../format';
import type { Host } from '../host';
import type { ListElement } from '../list/list';
import type { Range } from '../list/window';
import type { Refresh } from '../refresh';
import {
  type AnyRow,
  type PanelState,
  type QueueName,
  type Store,
  headOf,
  type Tab,
  type TaskEntry,
  type TaskQuery,
  isComplete,
  isMoving,
  isPast,
  panelMode,
  taskName,
} from '../store';
import { base } from '../theme';
import '../timeline/ruler';
import './breakpoints';
import './alive';
import './callbacks';
import './details';
import './findings';
import './graph';
import { Moves } from './moves';
import { notices } from './notices';
import { type Offer, contextOf, offersOf } from './offers';
import { panelStyles } from './panelStyles';
import './queue';
import type { AnyQueueSpec, QueueElement } from './queue';
import { ready } from './ready';
import './running';
import './tasks';
import { timers } from './timers';
import { stripRange } from './strip';
import './toolbar';
import { waiting } from './waiting';
import './welcome';

/** Of the views whose entries have a menu, beside the queues. */
const QUEUE_OF: Record<string, QueueName | 'task'> = { 'tick-callbacks': 'callbacks', 'tick-tasks': 'task' };
const SPECS: AnyQueueSpec[] = [ready, waiting, timers];
const NOTHING = html`<p class="nothing">No program is being debugged.</p>`;

@customElement('tick-panel')
export class PanelElement extends LitElement {
  @property({ attribute: false }) store!: Store;
  @property({ attribute: false }) refresh!: Refresh;
  @property({ attribute: false }) host!: Host;
  @state() private panel!: PanelState;
  /** The newest moment whose lists are all there: what the queues show, so that they never mix two moments. */
  private whole!: PanelState;
  private unobserve?: () => void;
  private readonly moves = new Moves(() => this.renderRoot, SPECS);
  private menuContext?: string;
  /** Ticks whose findings the user asked for on the ruler. */
  @state() private chosenTicks?: { from: number; to: number };

  static override styles = [base, panelStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.dataset.testid = 'panel';
    this.panel = this.whole = this.store.current;
    this.unobserve = this.store.observe((panel) => (this.panel = panel));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unobserve?.();
  }

  override willUpdate(): void {
    const { panel } = this;
    this.dataset.mode = panelMode(panel);
    if (panel.state) this.refresh.show('callbacks', stripRange(panel.state.cursor.callback));
    if (!panel.state || !this.whole.state || isComplete(panel)) {
      if (panel.epoch !== this.whole.epoch) this.moves.remember(isMoving(panel));
      this.whole = panel;
    }
  }

  override render() {
    const { panel } = this;
    const number = panel.breakpoints.length;
    const answer = panel.findings;
    const found = answer && 'findings' in answer ? answer.findings : undefined;
    return html`
      <div
        class="panel"
        @act=${(event: CustomEvent<{ action: ControlAction }>) => this.act(event.detail.action)}
        @open=${(event: CustomEvent<Source>) => this.host.open(event.detail)}
        @loop=${(event: CustomEvent<{ id: number }>) => this.chooseLoop(event.detail.id)}
        @level=${(event: CustomEvent<Requests['tickscope/setLevel'][0]>) =>
          void this.refresh.setLevel(event.detail.level)}
        @seek=${(event: CustomEvent<Cursor>) => this.seek(event.detail)}
        @live=${() => this.refresh.seek()}
        @span=${(event: CustomEvent<{ from: number; to: number; buckets: number }>) =>
          this.refresh.showTimeline(event.detail.from, event.detail.to, event.detail.buckets)}
        @offer=${(event: CustomEvent<{ place: TickPlace }>) => this.add(event.detail.place)}
        @runUntil=${(event: CustomEvent<{ task: number }>) => void this.refresh.step('task', event.detail)}
        @menu=${this.menu}
        @contextmenu=${this.onContextMenu}
        @pickTask=${(event: CustomEvent<{ id: number }>) => this.select('task', event.detail.id, event.detail.id)}
        @deselect=${() => this.deselect()}
        @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && this.deselect()}
      >
        <tick-toolbar .panel=${panel}></tick-toolbar>
        ${notices(panel, () => this.store.dispatch({ type: 'notice' }))}
        <vscode-panels class="grow" activeid="tab-${panel.tab}" aria-label="Views" @change=${this.onTab}>
          <vscode-panel-tab id="tab-queues" data-testid="tab-queues">Queues</vscode-panel-tab>
          <vscode-panel-tab id="tab-tasks" data-testid="tab-tasks"
            >Tasks
            ${
              panel.state?.counts.tasks
                ? html`<span class="tab-count">${count(panel.state.counts.tasks)}</span>`
                : nothing
            }</vscode-panel-tab
          >
          <vscode-panel-tab id="tab-graph" data-testid="tab-graph">Graph</vscode-panel-tab>
          <vscode-panel-tab id="tab-findings" data-testid="tab-findings"
            >Findings
            ${found?.length ? html`<span class="tab-count">${count(found.length)}</span>` : nothing}</vscode-panel-tab
          >
          <vscode-panel-tab id="tab-breakpoints" data-testid="tab-breakpoints"
            >Breakpoints
            ${number ? html`<span class="tab-count">${count(number)}</span>` : nothing}</vscode-panel-tab
          >
          <vscode-panel-view id="view-queues">
            ${panel.state ? this.queues() : html`<tick-welcome class="grow" .session=${panel.session}></tick-welcome>`}
          </vscode-panel-view>
          <vscode-panel-view id="view-tasks">${panel.state ? this.tasks() : NOTHING}</vscode-panel-view>
          <vscode-panel-view id="view-graph">${panel.state ? this.graph() : NOTHING}</vscode-panel-view>
          <vscode-panel-view id="view-findings">
            ${
              panel.state
                ? html`<tick-findings
                    data-testid="findings"
                    .findings=${found}
                    .refused=${answer && 'error' in answer ? answer.error : undefined}
                    .nameOf=${(task: number) => taskName(panel, task)}
                    ?lossy=${panel.state.lossy}
                    .chosen=${this.chosenTicks}
                    @pickTask=${() => this.open('queues')}
                    @showGraph=${(event: CustomEvent<{ id: number }>) => {
                      this.open('graph');
                      this.select('task', event.detail.id, event.detail.id);
                    }}
                  ></tick-findings>`
                : NOTHING
            }
          </vscode-panel-view>
          <vscode-panel-view id="view-breakpoints">
            <tick-breakpoints
              data-testid="breakpoints"
              .breakpoints=${panel.breakpoints}
              .states=${panel.state?.breakpoints ?? []}
              .stopped=${panel.state?.stopped?.breakpoints ?? []}
              @breakpoints=${(event: CustomEvent<{ breakpoints: TickBreakpoint[] }>) =>
                this.setBreakpoints(event.detail.breakpoints)}
            ></tick-breakpoints>
          </vscode-panel-view>
        </vscode-panels>
        ${panel.state ? this.ticks() : nothing}
        <div class="layer" aria-hidden="true"></div>
      </div>
    `;
  }

  private queues() {
    const { panel, whole } = this;
    const shown = whole.state!;
    const moving = isMoving(panel);
    const { selection } = panel;
    const selectedIn = (queue: QueueName) => (selection?.queue === queue ? selection.id : undefined);
    const head = headOf(whole);
    const isSelected = (row: AnyRow) =>
      selectedIn('ready') === row.id || (row.task !== undefined && row.task === selection?.task);
    return html`
      ${this.withDetails(
        'queues',
        html`<main class="queues">
          ${SPECS.map(
            (spec) =>
              html`<tick-queue
                data-testid="queue-${spec.queue}"
                role="region"
                aria-label=${spec.title}
                .spec=${spec}
                .state=${shown}
                .rows=${whole.lists[spec.queue]}
                .count=${shown.counts[spec.queue]}
                .skip=${spec.queue === 'ready' && head?.listed ? 1 : 0}
                .moving=${moving}
                .selected=${{ id: selectedIn(spec.queue), task: selection?.task }}
                @show=${(event: CustomEvent<Range>) => this.refresh.show(spec.queue, event.detail)}
                @pick=${(event: CustomEvent<{ row: AnyRow }>) => this.pick(spec.queue, event.detail.row)}
                @leave=${(event: CustomEvent<{ by: number }>) => this.leave(spec.queue, event.detail.by)}
              >
                ${
                  spec.queue === 'ready' && head
                    ? html`<tick-running
                        .row=${head.row}
                        ?now=${head.now}
                        ?selected=${isSelected(head.row)}
                      ></tick-running>`
                    : nothing
                }
              </tick-queue>`,
          )}
        </main>`,
      )}
    `;
  }

  private graph() {
    const { graph: answer, selection } = this.panel;
    const failed = answer && 'error' in answer;
    return this.withDetails(
      'graph',
      html`<tick-graph
        class="grow"
        data-testid="graph"
        .graph=${failed ? undefined : answer}
        .refused=${failed ? answer.error : undefined}
        .selected=${selection?.task}
        .past=${isPast(this.panel.state!) ? this.panel.state!.cursor.tick : undefined}
        ?lossy=${this.panel.state!.lossy}
      ></tick-graph>`,
    );
  }

  private tasks() {
    const { panel } = this;
    return this.withDetails(
      'tasks',
      html`<tick-tasks
        data-testid="tasks"
        .rows=${panel.tasks}
        .query=${panel.taskQuery}
        .selected=${panel.selection?.task}
        .findings=${this.byTask()}
        .moving=${isMoving(panel)}
        .isNode=${panel.state!.target === 'node'}
        @query=${(event: CustomEvent<{ query: TaskQuery }>) => this.ask(event.detail.query)}
        @show=${(event: CustomEvent<Range>) => this.refresh.showTasks(event.detail)}
        @pick=${({ detail: { row } }: CustomEvent<{ row: TaskEntry }>) =>
          this.select('task', row.task, row.task, row)}
      ></tick-tasks>`,
    );
  }

  /** Beside what a tab shows, where something is selected. */
  private withDetails(tab: Tab, content: TemplateResult) {
    const { panel } = this;
    const { selection, task } = panel;
    const row = selection?.row ?? (task && 'task' in task ? { ...task.task, id: task.id } : undefined);
    return html`<div class="middle grow ${selection ? 'with-details' : ''}">
      ${content}
      ${
        selection && panel.tab === tab
          ? html`<tick-details
              data-testid="details"
              role="complementary"
              aria-label="Details"
              .selection=${selection}
              .answer=${task}
              .offers=${this.offersOf(selection.queue, row)}
              .breakpoints=${panel.breakpoints}
              .runnable=${this.runnable(selection.task)}
              .finding=${selection.task === undefined ? undefined : this.byTask().get(selection.task)}
              .nameOf=${(id: number) => taskName(panel, id)}
              .load=${this.refresh.values}
              .tick=${panel.state!.cursor.tick}
              ?isNode=${panel.state!.target === 'node'}
            ></tick-details>`
          : nothing
      }
    </div>`;
  }

  /** The gravest finding of each task; in the past, where they are not asked for, none. */
  private byTask(): ReadonlyMap<number, Finding> {
    const { findings: answer, state } = this.panel;
    const found = answer && 'findings' in answer && state?.live ? answer.findings : [];
    const grave = [...found].sort(
      (x, y) => Number(x.certainty === 'proved') - Number(y.certainty === 'proved'),
    );
    return new Map(grave.flatMap((finding) => finding.tasks.map((task) => [task, finding] as const)));
  }

  private ask(query: TaskQuery): void {
    this.store.dispatch({ type: 'taskQuery', query });
    this.refresh.tabOpened();
  }

  /** Under every tab: what ran in this tick, and the ruler. */
  private ticks() {
    const { panel, whole } = this;
    const { selection } = panel;
    const shown = whole.state!;
    const moving = isMoving(panel);
    const head = headOf(whole);
    const selectedIn = (queue: QueueName) => (selection?.queue === queue ? selection.id : undefined);
    return html`
      ${panel.alive && shown.phase === 'poll' ? html`<tick-alive .rows=${panel.alive}></tick-alive>` : nothing}
      <tick-callbacks
        .cursor=${shown.cursor}
        .next=${head?.now ? undefined : head?.row}
        .rows=${whole.lists.callbacks}
        .moving=${moving}
        .selected=${selectedIn('callbacks') ?? selectedIn('ready')}
        @pick=${(event: CustomEvent<{ row: AnyRow }>) => this.pick('callbacks', event.detail.row)}
      ></tick-callbacks>
      <tick-ruler
        .state=${panel.state!}
        .timeline=${panel.timeline}
        @chooseFindings=${({ detail }: CustomEvent<{ from: number; to: number }>) => {
          this.chosenTicks = detail;
          this.open('findings');
        }}
      ></tick-ruler>
    `;
  }

  private readonly onTab = (event: CustomEvent<HTMLElement | undefined>) => {
    // Controls in the views change, too.
    if (event.target !== event.currentTarget || !event.detail) return;
    const tab = event.detail.id.slice('tab-'.length) as Tab;
    if (tab !== 'findings') this.chosenTicks = undefined;
    this.open(tab);
  };

  private open(tab: Tab): void {
    this.store.dispatch({ type: 'tab', tab });
    this.refresh.tabOpened();
  }

  private setBreakpoints(breakpoints: readonly TickBreakpoint[]): void {
    this.store.dispatch({ type: 'breakpoints', breakpoints: [...breakpoints] });
    this.host.setBreakpoints([...breakpoints]);
  }

  private add(place: TickPlace): void {
    const { breakpoints } = this.panel;
    const id = freeId(wordsOf({ ...place, id: '' }), breakpoints);
    this.setBreakpoints([...breakpoints, { ...place, id }]);
  }

  private offersOf(queue: QueueName | 'task', row: AnyRow | undefined): Offer[] {
    const { state } = this.panel;
    return offersOf(queue, row, queue === 'callbacks' ? state?.cursor.tick : undefined, state?.target);
  }

  /** The task, if the program stands and can be run until it runs. */
  private runnable(task: number | undefined): number | undefined {
    return panelMode(this.panel) === 'paused' ? task : undefined;
  }

  /** What the menu that is about to open is for. The event has come up to the panel through its shadow roots. */
  private menu({ target, detail: { row, tick } }: CustomEvent<{ row?: AnyRow; tick?: number }>): void {
    const element = target as Partial<QueueElement> & HTMLElement;
    const queue = element.spec?.queue ?? QUEUE_OF[element.localName] ?? 'ready';
    const offers = tick === undefined ? this.offersOf(queue, row) : offersOf(queue, undefined, tick);
    this.menuContext = JSON.stringify(contextOf(offers, this.runnable(row?.task)));
  }

  /** VS Code asks the outermost element what its menu is about, after this. */
  private readonly onContextMenu = () => {
    if (this.menuContext === undefined) delete this.dataset.vscodeContext;
    else this.dataset.vscodeContext = this.menuContext;
    this.menuContext = undefined;
  };

  private act(action: ControlAction): void {
    const deed = deeds(this.panel)[action];
    if (!deed) return;
    if (deed.by === 'step') void this.refresh.step(deed.kind);
    else if (deed.by === 'seek') this.refresh.seek(deed.cursor);
    else {
      this.store.dispatch({ type: 'control', action: deed.action });
      this.host.control(deed.action);
    }
  }

  private seek(cursor: Cursor): void {
    this.refresh.seek({ loop: this.panel.state?.loop, ...cursor });
  }

  private chooseLoop(loop: number): void {
    if (loop === this.panel.state?.loop) return;
    this.store.dispatch({ type: 'loop', loop });
    this.refresh.sessionChanged();
  }

  private pick(queue: QueueName, row: AnyRow): void {
    this.select(queue, row.id, row.task, row);
  }

  private select(queue: QueueName | 'task', id: number, task: number | undefined, row?: AnyRow): void {
    this.store.dispatch({ type: 'select', selection: { queue, id, task, row } });
    this.refresh.selected();
  }

  private deselect(): void {
    if (this.panel.selection) this.store.dispatch({ type: 'select' });
  }

  private leave(from: string, by: number): void {
    const at = SPECS.findIndex((spec) => spec.queue === from) + by;
    const column = this.renderRoot.querySelectorAll('tick-queue')[at];
    column?.shadowRoot?.querySelector<ListElement>('tick-list:not([hidden])')?.focus();
  }

  override updated(): void {
    void this.moves.drawn(this.whole, () => this.whole);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tick-panel': PanelElement;
    'tick-queue': QueueElement;
  }
}
