/**
 * The await chain of a task, outermost frame first; each frame that stands opens to its locals, each value to its parts.
 * The innermost frame of the user's is open at first. What is open stays so from stop to stop.
 */
import { LitElement, type PropertyValues, type TemplateResult, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Frame, Requests, TaskId, Value } from '../../src/adapter/contract';
import { base } from '../theme';
import { sourceLink } from './sourceLink';

export type Load = (asked: Requests['tickscope/values'][0]) => Promise<Requests['tickscope/values'][1]>;

/** The values, or why there are none, a sentence. */
type Loaded = readonly Value[] | string;

@customElement('tick-frames')
export class FramesElement extends LitElement {
  @property({ type: Number }) task!: TaskId;
  @property({ attribute: false }) frames: readonly Frame[] = [];
  @property({ attribute: false }) load!: Load;

  /** By path: the index of the frame, then the names of values. */
  @state() private open: ReadonlySet<string> = new Set();
  @state() private loaded: ReadonlyMap<string, Loaded> = new Map();
  /** Counts the chains: answers about frames that are gone do not count. */
  private chain = 0;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      ol,
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        line-height: 1.5;
      }
      ul {
        padding-left: 16px;
      }
      .head {
        display: flex;
        align-items: baseline;
        gap: 6px;
        min-width: 0;
      }
      .toggle {
        flex: none;
        width: 14px;
        padding: 0;
        border: 0;
        background: none;
        color: var(--muted);
        font: inherit;
        cursor: pointer;
      }
      .toggle:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .branch {
        flex: none;
        width: 14px;
        text-align: center;
        color: var(--muted);
        font-family: var(--code);
      }
      .code,
      .value {
        font-family: var(--code);
        overflow-wrap: anywhere;
      }
      .library .code,
      .library .source,
      .note {
        opacity: 0.75;
        color: var(--muted);
      }
      .source {
        white-space: nowrap;
      }
      .name {
        color: var(--vscode-debugTokenExpression-name, var(--vscode-symbolIcon-variableForeground, inherit));
      }
      .value {
        display: -webkit-box;
        -webkit-line-clamp: 3;
        -webkit-box-orient: vertical;
        overflow: hidden;
      }
      .note {
        margin: 0 0 2px 20px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('task')) {
      const mine = this.frames.findLastIndex(({ user, id }) => user && id !== undefined);
      this.open = new Set(mine < 0 ? [] : [String(mine)]);
    }
    if (!changed.has('task') && !changed.has('frames')) return;
    this.chain++;
    if (changed.has('task')) this.loaded = new Map();
    this.frames.forEach(({ id }, i) => {
      if (id !== undefined && this.open.has(String(i))) void this.fill(String(i), { frame: id });
    });
  }

  override render() {
    const last = this.frames.length - 1;
    return html`<ol class="chain">
      ${this.frames.map((frame, i) => this.frame(frame, String(i), i === last))}
    </ol>`;
  }

  private frame({ name, path, line, user, id }: Frame, key: string, last: boolean) {
    const source = path !== undefined && line !== undefined ? { path, line } : undefined;
    return html`<li class=${user ? '' : 'library'} data-testid="frame">
      <div class="head">
        ${
          id === undefined
            ? html`<span class="branch" aria-hidden="true">${last ? '└' : '│'}</span>`
            : this.toggle(key, `Locals of ${name}`, { frame: id })
        }
        <span class="code">${name}</span> ${sourceLink(source)}
      </div>
      ${id === undefined ? nothing : this.parts(key, 'It has no locals.')}
    </li>`;
  }

  private value({ name, value, type, ref }: Value, parent: string): TemplateResult {
    const key = `${parent}\n${name}`;
    return html`<li data-testid="local">
      <div class="head">
        ${ref === undefined ? html`<span class="branch"></span>` : this.toggle(key, `Parts of ${name}`, { ref })}
        <span class="value" title=${type ? `${type}: ${value}` : value}
          ><span class="name">${name}</span> = ${value}</span
        >
      </div>
      ${ref === undefined ? nothing : this.parts(key, 'It has no parts.')}
    </li>`;
  }

  private parts(key: string, none: string): TemplateResult | typeof nothing {
    if (!this.open.has(key)) return nothing;
    const loaded = this.loaded.get(key);
    if (loaded === undefined) return html`<p class="note">…</p>`;
    if (typeof loaded === 'string') return html`<p class="note" role="alert">${loaded}</p>`;
    if (!loaded.length) return html`<p class="note">${none}</p>`;
    return html`<ul>
      ${loaded.map((value) => this.value(value, key))}
    </ul>`;
  }

  private toggle(key: string, label: string, asked: Parameters<Load>[0]) {
    const open = this.open.has(key);
    return html`<button
      class="toggle"
      data-testid="toggle"
      aria-expanded=${open}
      aria-label=${label}
      @click=${() => {
        const next = new Set(this.open);
        if (open) next.delete(key);
        else next.add(key);
        this.open = next;
        if (!open) void this.fill(key, asked);
      }}
    >
      ${open ? '▾' : '▸'}
    </button>`;
  }

  /** Loads what is under this, and what is open under that. */
  private async fill(key: string, asked: Parameters<Load>[0]): Promise<void> {
    const { chain } = this;
    const answer = await this.load(asked).then(
      ({ values }): Loaded => values,
      (error: Error): Loaded => error.message,
    );
    if (chain !== this.chain) return;
    this.loaded = new Map(this.loaded).set(key, answer);
    if (typeof answer === 'string') return;
    for (const { name, ref } of answer)
      if (ref !== undefined && this.open.has(`${key}\n${name}`)) void this.fill(`${key}\n${name}`, { ref });
  }
}
