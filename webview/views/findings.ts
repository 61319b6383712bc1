/** What is wrong, and what looks wrong: each finding as its sentence, with its place, tasks and ticks. */
import { LitElement, type PropertyValues, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { bolded } from './bolded';
import type { Finding, FindingKind } from '../../src/adapter/contract';
import { emit } from '../emit';
import { count } from '../format';
import { base } from '../theme';
import { sourceLink } from './sourceLink';

const TITLES: Record<FindingKind, string> = {
  deadlock: 'Deadlock',
  orphan: 'Orphaned wait',
  stall: 'Stalled loop',
  stuck: 'Stuck',
  'slow-callback': 'Slow callback',
  'late-timer': 'Late timer',
  starvation: 'Starvation',
  'never-awaited': 'Never awaited',
  'never-retrieved': 'Exception never retrieved',
  unreferenced: 'Task that nothing refers to',
  'destroyed-pending': 'Destroyed while pending',
  spinning: 'Spinning',
  'growing-queue': 'Growing queue',
  'abandoned-await': 'Abandoned await',
};
/** Of these there is a picture. */
const IN_GRAPH: ReadonlySet<FindingKind> = new Set(['deadlock', 'orphan', 'stall', 'stuck']);
/** Ticks and tasks that are named; the others are counted. */
const NAMED = 5;

@customElement('tick-findings')
export class FindingsElement extends LitElement {
  /** Absent: not asked yet. */
  @property({ attribute: false }) findings?: readonly Finding[];
  /** Why there is no answer, a sentence. */
  @property() refused?: string;
  /** Names of tasks, as far as they are known. */
  @property({ attribute: false }) nameOf: (task: number) => string | undefined = () => undefined;
  /** Events were lost, so most diagnoses are silent. */
  @property({ type: Boolean }) lossy = false;
  /** Ticks that were chosen on the ruler, both included: findings of these are shown. */
  @property({ attribute: false }) chosen?: { from: number; to: number };

  /** Those of `chosen` to which the list was scrolled. */
  private shown?: { from: number; to: number };

  static override styles = [
    base,
    css`
      :host {
        display: block;
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 8px 12px;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        margin-bottom: 8px;
        padding: 6px 10px;
        border-left: 3px solid var(--vscode-charts-orange);
        background: var(--vscode-editorWidget-background);
      }
      li.proved {
        border-left-color: var(--vscode-errorForeground);
      }
      li.chosen {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .certainty {
        padding: 0 6px;
        border: 1px solid var(--vscode-charts-orange);
        border-radius: 8px;
      }
      .proved .certainty {
        border-color: var(--vscode-errorForeground);
      }
      .sentence {
        margin: 2px 0 4px;
        line-height: 1.5;
        overflow-wrap: anywhere;
      }
      .about,
      .empty {
        color: var(--muted);
        font-size: var(--small);
      }
      .about {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 10px;
      }
      .empty {
        max-width: 70ch;
        line-height: 1.5;
      }
      button {
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-textLink-foreground);
        font: inherit;
        cursor: pointer;
      }
      button:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
    `,
  ];

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('chosen') && !changed.has('findings')) return;
    // Once: the list comes again and again while the program runs.
    if (this.chosen === this.shown) return;
    const first = this.renderRoot.querySelector('li.chosen');
    if (!first) return;
    this.shown = this.chosen;
    first.scrollIntoView({ block: 'nearest' });
  }

  override render() {
    const { findings, refused } = this;
    if (refused) return html`<p class="empty" role="alert" data-testid="findings-refused">${refused}</p>`;
    if (!findings) return html`<p class="empty" data-testid="findings-loading">Looking…</p>`;
    if (findings.length === 0)
      return html`<p class="empty" data-testid="findings-empty">
        Nothing found. Looked for: deadlocks, waits that nobody can end, a loop that nothing can wake, tasks
        that have waited for long, slow callbacks, late timers, callbacks kept from running, coroutines never
        awaited, exceptions never retrieved, tasks lost or spinning, and queues that only grow.
        ${this.lossy ? 'Some events were lost, so what needs them to be shown is not told.' : nothing}
      </p>`;
    const of = (which: Finding['certainty']) => findings.filter(({ certainty }) => certainty === which);
    return html`<ul aria-label="Findings">
      ${[...of('proved'), ...of('suspected')].map((each) => this.entry(each))}
    </ul>`;
  }

  private entry({ kind, certainty, sentence, source, tasks, ticks }: Finding) {
    const { chosen } = this;
    const isChosen = chosen !== undefined && ticks.some((tick) => chosen.from <= tick && tick <= chosen.to);
    const names = tasks.slice(0, NAMED).flatMap((id) => this.nameOf(id) ?? []);
    return html`<li class="${certainty} ${isChosen ? 'chosen' : ''}" data-testid="finding">
      <div class="about">
        <b>${TITLES[kind]}</b
        ><span class="certainty" data-testid="certainty">${certainty}</span>${sourceLink(source)}
      </div>
      <p class="sentence">${bolded(sentence, names)}</p>
      <div class="about">
        ${tasks
          .slice(0, NAMED)
          .map(
            (id) =>
              html`<button data-testid="finding-task" @click=${() => emit(this, 'pickTask', { id })}>
                ${this.nameOf(id) ?? `task ${id}`}
              </button>`,
          )}
        ${more(tasks.length)}
        ${ticks
          .slice(0, NAMED)
          .map(
            (tick) =>
              html`<button data-testid="finding-tick" @click=${() => emit(this, 'seek', { tick })}>
                tick ${tick}
              </button>`,
          )}
        ${more(ticks.length)}
        ${
          IN_GRAPH.has(kind) && tasks.length > 0
            ? html`<button
                data-testid="finding-graph"
                @click=${() => emit(this, 'showGraph', { id: tasks[0] })}
              >
                show in the graph
              </button>`
            : nothing
        }
      </div>
    </li>`;
  }
}

function more(number: number) {
  return number > NAMED ? html`<span>and ${count(number - NAMED)} more</span>` : nothing;
}
