/**
 * The ruler of ticks: drag, click or use the arrow keys to go back and forth; the wheel zooms. Draws bars
 * when there is a timeline. Sends `seek` {tick, callback}, `live`, `span` {from, to,
 * buckets}, `chooseFindings` {from, to} (both included) where the mark of findings is clicked, and `menu` {tick} when a menu is
 * about to open.
 */
import { LitElement, html, nothing, svg } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { State, Timeline } from '../../src/adapter/contract';
import { emit } from '../emit';
import { count, duration, plural } from '../format';
import { icons } from '../icons';
import { isPast } from '../store';
import { base } from '../theme';
import {
  type Bar,
  type Bounds,
  type Scale,
  type View,
  bars,
  bucketsFor,
  clamp,
  labels,
  leftOf,
  marks,
  middleOf,
  pan,
  reveal,
  scaleOf,
  tickAt,
  zoom,
} from './layout';
import { rulerStyles } from './rulerStyles';

const BARS_HEIGHT = 52;
/** In a low panel the queues need the room. */
const LOW_BARS_HEIGHT = 30;
const LOW_PANEL = matchMedia('(max-height: 600px)');
const PLAIN_HEIGHT = 16;
/** Room under the base line: marks of breakpoints and findings, then numbers. */
const FOOT = 24;

@customElement('tick-ruler')
export class RulerElement extends LitElement {
  @property({ attribute: false }) state!: State;
  @property({ attribute: false }) timeline?: Timeline;

  @state() private width = 0;
  /** The ticks shown; absent: all. */
  @state() private view?: View;
  /** The tick under a drag, before the adapter has answered. */
  @state() private dragged?: number;
  @state() private hovered?: number;
  private readonly observer = new ResizeObserver(([entry]) => (this.width = entry.contentRect.width));
  private lastSpan = '';
  private lastCursor = 0;

  static override styles = [base, rulerStyles];

  override firstUpdated(): void {
    this.observer.observe(this.renderRoot.querySelector('.track')!);
  }

  private readonly redraw = () => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    LOW_PANEL.addEventListener('change', this.redraw);
    const track = this.renderRoot?.querySelector?.('.track');
    if (track) this.observer.observe(track);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer.disconnect();
    LOW_PANEL.removeEventListener('change', this.redraw);
  }

  private get bounds(): Bounds {
    const first = Math.max(1, this.state.firstTick);
    return { first, last: Math.max(first, this.state.lastTick, this.state.cursor.tick) };
  }

  override willUpdate(): void {
    if (!this.view) return;
    const tick = this.state.cursor.tick;
    const moved = tick !== this.lastCursor;
    this.lastCursor = tick;
    const next = reveal(this.view, this.bounds, moved ? tick : clamp(tick, this.view.from, this.view.to));
    if (next.from !== this.view.from || next.to !== this.view.to) this.view = next;
  }

  override updated(): void {
    if (!this.width) return;
    const { from, to } = this.shown;
    const buckets = bucketsFor({ from, to }, this.width);
    const span = `${from} ${to} ${buckets} ${this.state.loop}`;
    if (span === this.lastSpan) return;
    this.lastSpan = span;
    emit(this, 'span', { from, to, buckets });
  }

  private get shown(): View {
    return this.view ?? { from: this.bounds.first, to: this.bounds.last };
  }

  override render() {
    const { bounds, shown } = this;
    const tick = this.dragged ?? this.state.cursor.tick;
    const past = isPast(this.state);
    const atEnd = this.state.mode === 'ended';
    return html`
      <div class="head">
        <span class="range">${this.rangeText(bounds, shown)}</span>
        ${this.view ? html`<button class="link" @click=${() => (this.view = undefined)}>show all</button>` : nothing}
        <span class="hover">${this.hoverText()}</span>
        <label class="jump"
          >go to tick
          <input
            type="number"
            data-testid="jump"
            min=${bounds.first}
            max=${bounds.last}
            .value=${String(tick)}
            @change=${this.onJump}
            @keydown=${(event: KeyboardEvent) => event.key === 'Enter' && this.onJump(event)}
        /></label>
        ${
          past
            ? html`<vscode-button
                appearance="secondary"
                class="live"
                data-testid="back-to-live"
                @click=${() => emit(this, 'live')}
                >${icons.live}${atEnd ? 'Back to the end' : 'Back to live'}</vscode-button
              >`
            : nothing
        }
      </div>
      <div
        class="track"
        data-testid="ruler"
        role="slider"
        tabindex="0"
        aria-label="Tick"
        aria-valuemin=${bounds.first}
        aria-valuemax=${bounds.last}
        aria-valuenow=${tick}
        aria-valuetext="Tick ${tick} of ${bounds.last}${past ? ', in the past' : ''}"
        @keydown=${this.onKey}
        @pointerdown=${this.onDown}
        @pointermove=${this.onMove}
        @pointerup=${this.onUp}
        @pointercancel=${this.onUp}
        @pointerleave=${() => (this.hovered = undefined)}
        @wheel=${this.onWheel}
        @contextmenu=${this.onMenu}
      >
        ${this.width ? this.drawing(scaleOf(shown, this.width), tick) : nothing}
      </div>
    `;
  }

  private rangeText(bounds: Bounds, shown: View): string {
    const ticks = `ticks ${count(shown.from)} – ${count(shown.to)}`;
    return this.view ? `${ticks} of ${count(bounds.last)}` : ticks;
  }

  private hoverText(): string {
    if (this.hovered === undefined)
      return this.timeline ? '● breakpoint · ▲ finding · blue ran · grey slept' : '';
    const bucket = this.timeline?.buckets.find(
      (b) => b.tick <= this.hovered! && this.hovered! < b.tick + Math.max(1, b.ticks),
    );
    if (!bucket) return `tick ${count(this.hovered)}`;
    const what =
      bucket.ticks > 1
        ? `${plural(bucket.ticks, 'tick')} from ${count(bucket.tick)}`
        : `tick ${count(bucket.tick)}`;
    const stood = bucket.marks.includes('breakpoint') ? ', stopped at a breakpoint' : '';
    const found = bucket.marks.includes('finding') ? ', ▲ leads to a finding' : '';
    return `${what}: ${plural(bucket.callbacks, 'callback')} ran ${duration(bucket.runMs)}, slept ${duration(bucket.waitMs)}${stood}${found}`;
  }

  private drawing(scale: Scale, tick: number) {
    const high = !this.timeline ? PLAIN_HEIGHT : LOW_PANEL.matches ? LOW_BARS_HEIGHT : BARS_HEIGHT;
    const cursor = middleOf(scale, tick);
    const end = leftOf(scale, scale.view.to + 1);
    const inView = tick >= scale.view.from && tick <= scale.view.to;
    return html`<svg width=${this.width} height=${high + FOOT} aria-hidden="true">
      ${
        inView && scale.cell >= 3
          ? svg`<rect class="cell" x=${leftOf(scale, tick)} y="0" width=${scale.cell} height=${high} />`
          : nothing
      }
      ${
        this.timeline
          ? bars(this.timeline, scale, high - 2).map((bar) => this.bar(bar, high))
          : marks(scale).map((each) => {
              const x = Math.round(middleOf(scale, each)) + 0.5;
              return svg`<line class="mark" x1=${x} x2=${x} y1=${high - 6} y2=${high} />`;
            })
      }
      <line class="base" x1="0" x2=${end} y1=${high + 0.5} y2=${high + 0.5} />
      ${labels(scale, this.bounds).map((each) => {
        const x = middleOf(scale, each);
        const anchor = x < 14 ? 'start' : x > this.width - 14 ? 'end' : 'middle';
        return svg`<text x=${anchor === 'start' ? Math.min(x, 2) : x} y=${high + FOOT - 4} text-anchor=${anchor}>${count(each)}</text>
          <line class="mark" x1=${Math.round(x) + 0.5} x2=${Math.round(x) + 0.5} y1=${high} y2=${high + 4} />`;
      })}
      ${
        inView
          ? svg`<line class="cursor" x1=${cursor} x2=${cursor} y1="0" y2=${high + 5} />
            <path class="handle" d="M${cursor - 5} 0h10l-5 6z" />`
          : nothing
      }
    </svg>`;
  }

  private bar(bar: Bar, high: number) {
    const triangle = (['finding', 'exception'] as const).find((mark) => bar.marks.includes(mark));
    const stood = bar.marks.includes('breakpoint');
    const x = bar.x + bar.width / 2;
    // Beside each other where both are.
    const aside = stood && triangle ? 4 : 0;
    const wait = Math.max(0, bar.wait);
    return svg`
      <rect class="wait" x=${bar.x} width=${bar.width} y=${high - bar.run - wait} height=${wait} />
      <rect class=${bar.marks.includes('gap') ? 'gap' : 'run'} x=${bar.x} width=${bar.width} y=${high - bar.run} height=${bar.run} />
      ${stood ? svg`<circle class="breakpoint" cx=${x - aside} cy=${high + 5} r="3" />` : nothing}
      ${triangle ? svg`<path class=${triangle} d="M${x + aside - 3.5} ${high + 8}h7l-3.5 -6z" />` : nothing}
      ${
        triangle === 'finding'
          ? svg`<rect class="target" data-testid="ruler-finding" data-from=${bar.tick} data-to=${bar.tick + bar.ticks - 1} x=${x + aside - 7} y=${high + 1} width="14" height="10" />`
          : nothing
      }`;
  }

  private tickUnder(event: PointerEvent | WheelEvent): number {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return tickAt(scaleOf(this.shown, this.width), event.clientX - box.left);
  }

  /** By the keyboard, it is for the tick of the cursor. */
  private onMenu(event: PointerEvent): void {
    const byPointer = event.button === 2 || event.clientX !== 0;
    emit(this, 'menu', { tick: byPointer ? this.tickUnder(event) : this.state.cursor.tick });
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { from, to } = (event.target as SVGElement).dataset;
    if (from !== undefined) {
      emit(this, 'chooseFindings', { from: Number(from), to: Number(to) });
      return;
    }
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.dragged = this.tickUnder(event);
    this.seek(this.dragged);
  }

  private onMove(event: PointerEvent): void {
    const tick = this.tickUnder(event);
    this.hovered = tick;
    if (this.dragged === undefined || tick === this.dragged) return;
    this.dragged = tick;
    this.seek(tick);
  }

  private onUp(): void {
    this.dragged = undefined;
  }

  private onKey(event: KeyboardEvent): void {
    const { first, last } = this.bounds;
    const { tick } = this.state.cursor;
    const page = Math.max(1, Math.round((this.shown.to - this.shown.from + 1) / 10));
    const moves: Record<string, number> = {
      ArrowLeft: tick - 1,
      ArrowDown: tick - 1,
      ArrowRight: tick + 1,
      ArrowUp: tick + 1,
      PageDown: tick - page,
      PageUp: tick + page,
      Home: first,
      End: last,
    };
    if (event.key === 'Escape' && isPast(this.state)) emit(this, 'live');
    else if (event.key === '+' || event.key === '=') this.zoomBy(0.5, tick);
    else if (event.key === '-') this.zoomBy(2, tick);
    else if (event.key in moves) this.seek(clamp(moves[event.key], first, last));
    else return;
    event.preventDefault();
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
    if (Math.abs(sideways) > (event.shiftKey ? 0 : Math.abs(event.deltaY))) {
      const { cell } = scaleOf(this.shown, this.width);
      if (this.view)
        this.view = pan(this.view, this.bounds, Math.sign(sideways) * Math.max(1, Math.abs(sideways) / cell));
      return;
    }
    this.zoomBy(event.deltaY < 0 ? 0.7 : 1 / 0.7, this.tickUnder(event));
  }

  private zoomBy(factor: number, around: number): void {
    const { bounds } = this;
    const next = zoom(this.shown, bounds, factor, around);
    this.view = next.from <= bounds.first && next.to >= bounds.last ? undefined : next;
  }

  private onJump(event: Event): void {
    const input = event.target as HTMLInputElement;
    const tick = Number(input.value);
    const { first, last } = this.bounds;
    if (input.value !== '' && Number.isFinite(tick) && Math.round(tick) !== this.state.cursor.tick)
      this.seek(clamp(Math.round(tick), first, last));
    else input.value = String(this.state.cursor.tick);
  }

  /** The last tick of a program that has not ended is where the head is: going there is going live. */
  private seek(tick: number): void {
    if (tick >= this.bounds.last && isPast(this.state)) emit(this, 'live');
    else if (tick < this.bounds.last || this.state.cursor.tick !== tick)
      emit(this, 'seek', { tick, callback: 0 });
  }
}
