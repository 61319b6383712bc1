/** The selected task or callback: what it is, why it is where it is, how it got there. */
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type {
  Cause,
  Finding,
  ReadyRow,
  Source,
  Task,
  TickBreakpoint,
  TimerRow,
  WaitingRow,
} from '../../src/adapter/contract';
import { emit } from '../emit';
import {
  causeSource,
  causeText,
  count,
  duration,
  kindText,
  outcomeText,
  phaseText,
  plural,
  reasonText,
  sourceText,
  timeLeft,
} from '../format';
import { icons } from '../icons';
import type { Selection, TaskAnswer } from '../store';
import { base } from '../theme';
import { wordsOf } from '../../src/breakpoints/words';
import { isSame } from './breakpointFields';
import { detailsStyles } from './detailsStyles';
import './frames';
import type { Load } from './frames';
import { lane } from './lane';
import type { Offer } from './offers';

/** Findings that say what a task waits for. */
const WAITS = new Set<Finding['kind']>(['deadlock', 'orphan', 'stuck']);

@customElement('tick-details')
export class DetailsElement extends LitElement {
  @property({ attribute: false }) selection!: Selection;
  @property({ attribute: false }) answer?: TaskAnswer;
  /** Breakpoints that the entry offers, and those that there are. */
  @property({ attribute: false }) offers: readonly Offer[] = [];
  @property({ attribute: false }) breakpoints: readonly TickBreakpoint[] = [];
  /** The task that the program can be run until. */
  @property({ attribute: false }) runnable?: number;
  /** What is wrong with the task. */
  @property({ attribute: false }) finding?: Finding;
  /** What tasks are called, where it is known. */
  @property({ attribute: false }) nameOf: (task: number) => string | undefined = () => undefined;
  @property({ attribute: false }) load!: Load;
  /** Tick of the cursor: the moment that the history is read at. */
  @property({ type: Number }) tick = 1;
  /** Node does not tell of its tasks' steps. */
  @property({ type: Boolean }) isNode = false;

  static override styles = [base, detailsStyles];

  override render() {
    const task = this.answer && 'task' in this.answer ? this.answer.task : undefined;
    const error = this.answer && 'error' in this.answer ? this.answer.error : undefined;
    const row = this.selection.row;
    const name = task?.name ?? row?.name ?? '';
    return html`
      <header>
        <h2 title=${name}>${name}</h2>
        <span class="muted"
          >${task ? (this.isNode ? task.state : `${task.state} · ${plural(task.steps, 'step')}`) : this.what()}</span
        >
        <vscode-button
          appearance="icon"
          class="close"
          title="Close the details"
          aria-label="Close the details"
          @click=${() => emit(this, 'deselect')}
          >${icons.close}</vscode-button
        >
      </header>
      <div class="body" tabindex="-1">
        ${task ? this.task(task) : html`${this.actions()} ${this.row()}`}
        ${error ? html`<p class="problem" role="alert">${error}</p>` : nothing}
      </div>
    `;
  }

  /** Where to stop, and how far to run, because of this entry. */
  private actions() {
    const { offers, runnable } = this;
    if (!offers.length && runnable === undefined) return nothing;
    return html`<div class="actions" role="group" aria-label="Run and stop">
      ${
        runnable === undefined
          ? nothing
          : html`<vscode-button
              appearance="secondary"
              data-testid="run-until"
              @click=${() => emit(this, 'runUntil', { task: runnable })}
              >Run until this task</vscode-button
            >`
      }
      ${offers.map(({ name, label, place }) => {
        const there = this.breakpoints.some((each) => isSame(each, place));
        return html`<vscode-button
          appearance="secondary"
          data-testid="offer-${name}"
          ?disabled=${there}
          title=${there ? 'This breakpoint is set' : `Adds a breakpoint: ${wordsOf({ ...place, id: '' })}`}
          @click=${() => there || emit(this, 'offer', { place })}
          >${there ? '✓ ' : ''}${label}</vscode-button
        >`;
      })}
    </div>`;
  }

  private what(): string {
    const { queue, row } = this.selection;
    if (!row) return '';
    if (queue === 'timers') return 'timer';
    if (queue === 'waiting') return 'waiting';
    if ('state' in row) return row.state;
    return kindText((row as ReadyRow).kind);
  }

  private task(task: Task) {
    return html`
      ${this.sentence(task)} ${this.actions()}
      ${
        task.chain.length
          ? html`<section>
              <h3>Await chain</h3>
              <tick-frames .task=${task.task} .frames=${task.chain} .load=${this.load}></tick-frames>
              ${this.tasks('Awaited by', task.awaitedBy)}
            </section>`
          : nothing
      }
      ${this.isNode ? nothing : this.times(task)}
      ${this.causes(task.causes, this.isNode ? 'What it waits for came from' : 'Woken by')}
      ${lane(task, this.tick, (tick) => this.seek(tick))}
      <section>
        <h3>Task</h3>
        <dl>
          <dt>${this.isNode ? 'function' : 'coroutine'}</dt>
          <dd class="code">${task.coroutine} ${this.link(task.source)}</dd>
          <dt>${task.state}</dt>
          <dd>${duration(task.ageMs)}, since ${this.tickLink(task.sinceTick)}</dd>
          ${
            task.reason
              ? html`<dt>waits for</dt>
                  <dd>${reasonText(task.reason)} ${this.link(task.reason.source)}</dd>`
              : nothing
          }
          ${
            task.createdAt
              ? html`<dt>created at</dt>
                  <dd>${this.link(task.createdAt)}</dd>`
              : nothing
          }
        </dl>
        ${task.parent === undefined ? nothing : this.tasks('Created by', [task.parent])}
      </section>
    `;
  }

  /** What is wrong, where something is; else, or besides, what the task does. */
  private sentence({ sentence, state, name }: Task) {
    const { finding } = this;
    // What is wrong is then told from this task on, and is what the task does.
    const told = finding && WAITS.has(finding.kind) && finding.sentence.startsWith(`${name} `);
    return html`
      ${
        finding
          ? html`<p class="sentence ${finding.certainty}" data-testid="finding-sentence">
              <b>${kindName(finding.kind)}, ${finding.certainty}:</b> ${finding.sentence}
            </p>`
          : nothing
      }
      ${
        sentence && !told
          ? html`<p class="sentence" data-testid="task-sentence" data-state=${state}>${sentence}</p>`
          : nothing
      }
    `;
  }

  /** What is known from the entry alone: of a callback that belongs to no task, or until the task's details come. */
  private row() {
    const { queue, row } = this.selection;
    if (!row || 'state' in row) return nothing;
    if (queue === 'waiting') {
      const r = row as WaitingRow;
      return html`<dl>
        <dt>waits for</dt>
        <dd>${reasonText(r.reason)} ${this.link(r.reason.source)}</dd>
        <dt>since</dt>
        <dd>${this.tickLink(r.sinceTick)}</dd>
        ${this.keeps(r.keepsAlive)}
        ${
          r.timeoutInMs === undefined
            ? nothing
            : html`<dt>times out in</dt>
                <dd>${timeLeft(r.timeoutInMs)}</dd>`
        }
        ${this.place(r.source)}
      </dl>`;
    }
    if (queue === 'timers') {
      const r = row as TimerRow;
      return html`<dl>
        <dt>due in</dt>
        <dd>${timeLeft(r.dueInMs)}</dd>
        ${this.keeps(r.keepsAlive)}
        ${
          r.repeatMs === undefined
            ? nothing
            : html`<dt>repeats every</dt>
                <dd>${duration(r.repeatMs)}</dd>`
        }
        ${this.place(r.source)}
      </dl>`;
    }
    const r = row as ReadyRow;
    return html`<dl>
        <dt>ready since</dt>
        <dd>${this.tickLink(r.sinceTick)}${r.nextTick ? ', runs in the next tick' : ''}</dd>
        ${
          'runMs' in row
            ? html`<dt>ran</dt>
                <dd>${duration(row.runMs)}, ${outcomeText(row)}</dd>
                ${
                  row.phase === undefined
                    ? nothing
                    : html`<dt>phase</dt>
                        <dd>${phaseText(row.phase)}</dd>`
                }
                <dt>place</dt>
                <dd>
                  callback ${count(row.index)} of its tick ·
                  <button class="link" @click=${() => this.seek(this.tick, row.index - 1)}>
                    go before it
                  </button>
                </dd>`
            : nothing
        }
        ${this.place(r.source)}
      </dl>
      ${this.causes([r.cause])}`;
  }

  private keeps(keepsAlive: boolean | undefined) {
    if (keepsAlive === undefined) return nothing;
    return html`<dt>program</dt>
      <dd>${keepsAlive ? 'does not exit while this is there' : 'may exit while this is there'}</dd>`;
  }

  private place(source: Source | undefined) {
    if (!source) return nothing;
    return html`<dt>source</dt>
      <dd>${this.link(source)}</dd>`;
  }

  private tasks(title: string, ids: number[]) {
    if (!ids.length) return nothing;
    return html`<p class="tasks">
      <span class="muted">${title}</span>
      ${ids
        .slice(0, 20)
        .map(
          (id) =>
            html`<button class="link" @click=${() => emit(this, 'pickTask', { id })}>
              ${this.nameOf(id) ?? `task ${count(id)}`}
            </button> `,
        )}${ids.length > 20 ? `and ${count(ids.length - 20)} more` : nothing}
    </p>`;
  }

  private times({ busyMs, readyMs, waitingMs }: Task) {
    const all = busyMs + readyMs + waitingMs;
    if (all <= 0) return nothing;
    const part = (ms: number) => `flex-grow: ${Math.max(ms / all, ms > 0 ? 0.01 : 0)}`;
    const words = `ran ${duration(busyMs)} · ready ${duration(readyMs)} · waited ${duration(waitingMs)}`;
    return html`<section>
      <h3>Time</h3>
      <div class="times" role="img" aria-label=${words}>
        <span class="busy" style=${part(busyMs)}></span>
        <span class="ready" style=${part(readyMs)}></span>
        <span class="waited" style=${part(waitingMs)}></span>
      </div>
      <p class="legend">
        <span><i class="busy"></i>ran ${duration(busyMs)}</span>
        <span><i class="ready"></i>ready ${duration(readyMs)}</span>
        <span><i class="waited"></i>waited ${duration(waitingMs)}</span>
      </p>
    </section>`;
  }

  private causes(causes: Cause[], title = 'Woken by') {
    if (!causes.length) return nothing;
    return html`<section>
      <h3>${title}</h3>
      <ol class="causes">
        ${causes.map(
          (cause) =>
            html`<li>
              <span class="branch" aria-hidden="true">↑</span>
              <span>${causeText(cause)}${this.causeTick(cause)} ${this.link(causeSource(cause))}</span>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  private causeTick(cause: Cause) {
    if (cause.kind === 'callback') return html`, ${this.tickLink(cause.tick)}`;
    if (cause.kind === 'timer') return html`, set in ${this.tickLink(cause.scheduledTick)}`;
    return nothing;
  }

  private link(source: Source | undefined) {
    if (!source) return nothing;
    return html`<button
      class="source"
      data-testid="source"
      title=${`${source.path}:${source.line}`}
      @click=${() => emit(this, 'open', source)}
    >
      ${sourceText(source)}
    </button>`;
  }

  private tickLink(tick: number) {
    if (tick < 1) return 'before the first tick';
    return html`<button class="link" title="Go to tick ${tick}" @click=${() => this.seek(tick)}>
      tick ${count(tick)}
    </button>`;
  }

  private seek(tick: number, callback = 0): void {
    emit(this, 'seek', { tick, callback });
  }
}

/** `slow-callback`: "Slow callback" */
function kindName(kind: Finding['kind']): string {
  const words = kind.replaceAll('-', ' ');
  return words[0].toUpperCase() + words.slice(1);
}
