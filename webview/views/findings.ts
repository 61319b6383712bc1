/** What is wrong, and what looks wrong: each finding as its sentence, with its place, tasks and ticks. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Finding } from '../../src/adapter/contract';
import { emit } from '../emit';
import { count } from '../format';
import { base } from '../theme';
import { sourceLink } from './sourceLink';

/** Ticks and tasks that are named; the others are counted. */
const NAMED = 5;

@customElement('tick-findings')
export class FindingsElement extends LitElement {
  /** Absent: not asked yet. */
  @property({ attribute: false }) findings?: readonly Finding[];
  /** Why there is no answer, a sentence. */
  @property() refused?: string;

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
        border-left: 3px solid var(--vscode-editorWarning-foreground);
        background: var(--vscode-editorWidget-background);
      }
      li.proved {
        border-left-color: var(--vscode-editorError-foreground);
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

  override render() {
    const { findings, refused } = this;
    if (refused) return html`<p class="empty" role="alert" data-testid="findings-refused">${refused}</p>`;
    if (!findings) return html`<p class="empty" data-testid="findings-loading">Looking…</p>`;
    if (findings.length === 0)
      return html`<p class="empty" data-testid="findings-empty">
        Nothing found. Looked for: deadlocks, waits that nobody can end, a loop that nothing can wake, tasks
        that have waited for long, slow callbacks, late timers, callbacks kept from running, coroutines never
        awaited, exceptions never retrieved, tasks lost or spinning, and queues that only grow.
      </p>`;
    return html`<ul aria-label="Findings">
      ${findings.map((each) => this.entry(each))}
    </ul>`;
  }

  private entry({ kind, certainty, sentence, source, tasks, ticks }: Finding) {
    return html`<li class=${certainty} data-testid="finding">
      <div class="about">
        <b>${kind.replaceAll('-', ' ')}</b
        ><span data-testid="certainty">${certainty}</span>${sourceLink(source)}
      </div>
      <p class="sentence">${sentence}</p>
      <div class="about">
        ${tasks
          .slice(0, NAMED)
          .map(
            (id) =>
              html`<button data-testid="finding-task" @click=${() => emit(this, 'pickTask', { id })}>
                task ${id}
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
      </div>
    </li>`;
  }
}

function more(number: number) {
  return number > NAMED ? html`<span>and ${count(number - NAMED)} more</span>` : nothing;
}
