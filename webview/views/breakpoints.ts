/**
 * The tick breakpoints: those of the workspace, to add, change, switch and remove, and those of launch.json, to be seen.
 * Sends `breakpoints` {breakpoints}: all of the workspace's, as they are to be.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { BreakpointState, TickBreakpoint } from '../../src/adapter/contract';
import { refusal } from '../../src/breakpoints/tickBreakpoint';
import { wordsOf } from '../../src/breakpoints/words';
import { emit } from '../emit';
import { plural } from '../format';
import { icons } from '../icons';
import { base } from '../theme';
import { limitsOf } from './breakpointFields';
import './breakpointForm';
import { breakpointsStyles } from './breakpointsStyles';

@customElement('tick-breakpoints')
export class BreakpointsElement extends LitElement {
  @property({ attribute: false }) breakpoints: readonly TickBreakpoint[] = [];
  /** What became of them in the session that is shown, if there is one. */
  @property({ attribute: false }) states: readonly BreakpointState[] = [];
  /** Ids of those that the program is stopped at. */
  @property({ attribute: false }) stopped: readonly string[] = [];
  /** The one that is edited, by id; `true`: a new one. */
  @state() private editing?: string | true;
  /** Index of the one whose control gets the focus when the list is drawn next. */
  private focusNext?: number;

  static override styles = [base, breakpointsStyles];

  override render() {
    const { breakpoints } = this;
    const launch = this.states.flatMap((each) => each.launch ?? []);
    return html`
      <header>
        <h2>Tick breakpoints</h2>
        <span class="muted">of this workspace</span>
        <vscode-button
          appearance="secondary"
          data-testid="breakpoint-add"
          ?disabled=${this.editing === true}
          @click=${() => (this.editing = true)}
          >${icons.add}Add</vscode-button
        >
      </header>
      ${this.editing === true ? this.form(undefined) : nothing}
      ${
        breakpoints.length
          ? html`<ul aria-label="Tick breakpoints">
              ${breakpoints.map((each, i) =>
                this.editing === each.id ? html`<li>${this.form(each)}</li>` : this.entry(each, i),
              )}
            </ul>`
          : this.editing === true
            ? nothing
            : html`<p class="muted empty">
                None yet. Add one here, or from the menu of an entry in the queues or of a tick on the ruler.
                The program stops on its schedule: at a tick, before a callback, when a task runs, a timer is
                due, I/O arrives…
              </p>`
      }
      ${
        launch.length
          ? html`<header>
                <h2>Of launch.json</h2>
                <span class="muted">change them there</span>
              </header>
              <ul aria-label="Breakpoints of launch.json">
                ${launch.map((each) => this.entry(each, undefined))}
              </ul>`
          : nothing
      }
    `;
  }

  override updated(): void {
    if (this.focusNext === undefined) return;
    const boxes = this.renderRoot.querySelectorAll<HTMLElement>('li vscode-checkbox');
    const add = this.renderRoot.querySelector<HTMLElement>('[data-testid=breakpoint-add]');
    (boxes[Math.min(this.focusNext, boxes.length - 1)] ?? add)?.focus();
    this.focusNext = undefined;
  }

  private form(before: TickBreakpoint | undefined) {
    return html`<tick-breakpoint-form
      .original=${before}
      .others=${this.breakpoints.filter((each) => each !== before)}
      @save=${(event: CustomEvent<{ breakpoint: TickBreakpoint }>) => this.save(before, event.detail.breakpoint)}
      @cancel=${() => this.close(before ? this.breakpoints.indexOf(before) : Infinity)}
    ></tick-breakpoint-form>`;
  }

  /** `index`: in the workspace's own; absent for one that cannot be changed here. */
  private entry(breakpoint: TickBreakpoint, index: number | undefined) {
    const state = this.states.find(
      (each) => each.id === breakpoint.id && (each.launch === undefined) === (index !== undefined),
    );
    const words = wordsOf(breakpoint);
    const on = breakpoint.enabled !== false;
    const message = state?.message ?? refusal(breakpoint);
    const limits = limitsOf(breakpoint);
    const here = this.stopped.includes(breakpoint.id);
    return html`<li
      class="${on ? '' : 'off'} ${here ? 'here' : ''}"
      data-testid="breakpoint"
      data-id=${breakpoint.id}
      aria-current=${here}
      @keydown=${(event: KeyboardEvent) => index !== undefined && this.onKey(event, breakpoint, index)}
      @dblclick=${() => index !== undefined && (this.editing = breakpoint.id)}
    >
      ${
        index === undefined
          ? html`<span class="dot ${message ? 'hollow' : ''}" aria-hidden="true"></span>`
          : html`<vscode-checkbox
              aria-label=${`Stop at ${words}`}
              data-testid="breakpoint-enabled"
              .checked=${on}
              @change=${(event: Event) => this.enable(breakpoint, (event.target as HTMLInputElement).checked)}
            ></vscode-checkbox>`
      }
      <div class="text">
        <span class="name" title=${breakpoint.id}
          >${index === undefined && breakpoint.id !== words ? html`<b>${breakpoint.id}</b> · ` : nothing}${words}</span
        >
        ${limits ? html`<span class="limits" title=${limits}>${limits}</span>` : nothing}
        ${message && on ? html`<span class="problem" data-testid="breakpoint-message">${message}</span>` : nothing}
      </div>
      ${here ? html`<span class="badge">stopped here</span>` : nothing}
      ${
        state && state.hits > 0
          ? html`<span
              class="hits"
              data-testid="breakpoint-hits"
              title="How often it stopped the program or spoke in this run"
              >${plural(state.hits, 'hit')}</span
            >`
          : nothing
      }
      ${
        index === undefined
          ? nothing
          : html`<vscode-button
                appearance="icon"
                title="Edit"
                aria-label=${`Edit ${words}`}
                data-testid="breakpoint-edit"
                @click=${() => (this.editing = breakpoint.id)}
                >${icons.edit}</vscode-button
              ><vscode-button
                appearance="icon"
                title="Remove"
                aria-label=${`Remove ${words}`}
                data-testid="breakpoint-remove"
                @click=${() => this.removeAt(index)}
                >${icons.remove}</vscode-button
              >`
      }
    </li>`;
  }

  private onKey(event: KeyboardEvent, { id }: TickBreakpoint, index: number): void {
    if (event.key === 'Delete') this.removeAt(index);
    else if (event.key === 'F2' || (event.key === 'Enter' && isCheckbox(event.target))) this.editing = id;
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.focusNext = Math.max(0, index + (event.key === 'ArrowDown' ? 1 : -1));
      this.requestUpdate();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private save(before: TickBreakpoint | undefined, breakpoint: TickBreakpoint): void {
    const { breakpoints } = this;
    this.close(before ? breakpoints.indexOf(before) : breakpoints.length);
    this.send(
      before
        ? breakpoints.map((each) => (each === before ? breakpoint : each))
        : [...breakpoints, breakpoint],
    );
  }

  private enable(breakpoint: TickBreakpoint, on: boolean): void {
    if ((breakpoint.enabled !== false) === on) return;
    const { enabled: _, ...rest } = breakpoint;
    const next = (on ? rest : { ...rest, enabled: false }) as TickBreakpoint;
    this.send(this.breakpoints.map((each) => (each === breakpoint ? next : each)));
  }

  private removeAt(index: number): void {
    this.focusNext = index;
    this.send(this.breakpoints.filter((_, i) => i !== index));
  }

  private close(focus: number): void {
    this.editing = undefined;
    this.focusNext = focus;
  }

  private send(breakpoints: readonly TickBreakpoint[]): void {
    emit(this, 'breakpoints', { breakpoints });
  }
}

function isCheckbox(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.localName === 'vscode-checkbox';
}
