/** Who waits for what: tasks, what they wait for, and who could end that, as a picture that is moved and walked through. */
import { LitElement, type PropertyValues, html, nothing, svg } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import type { Graph } from '../../src/adapter/contract';
import { emit } from '../emit';
import { count, plural } from '../format';
import { type Drawing, type DrawnEdge, type GraphNode, drawn } from '../graph/fold';
import { type Layout, type Line, type Placed, pathOf, placed } from '../graph/layout';
import { walked } from '../graph/walk';
import { base } from '../theme';
import { graphStyles } from './graphStyles';

const TONES: Record<string, string> = {
  task: 'tone-blue',
  lock: 'tone-orange',
  semaphore: 'tone-orange',
  queue: 'tone-purple',
  timer: 'tone-plain',
  io: 'tone-green',
  job: 'tone-green',
  process: 'tone-green',
};
const SAYS: Record<GraphNode['kind'] | 'other', string> = {
  task: 'awaited',
  lock: 'held by',
  semaphore: 'held by',
  queue: 'known to',
  event: 'known to',
  condition: 'known to',
  future: 'known to',
  timer: '',
  io: '',
  job: '',
  process: '',
  other: '',
};
const LOST = 'Some events were lost: waits may be missing.';
/** So many of a group are drawn by themselves with each click. */
const OPENED = 10;
/** Of the scale: one is a px for a px. */
const SMALLEST = 0.1;
const LARGEST = 2.5;
const ZOOM = 1.25;

@customElement('tick-graph')
export class GraphElement extends LitElement {
  /** Absent: not asked yet. */
  @property({ attribute: false }) graph?: Graph;
  /** Why there is no answer, a sentence. */
  @property() refused?: string;
  /** The task whose details are shown. */
  @property({ attribute: false }) selected?: number;
  /** The tick that is looked at, where that is in the past. */
  @property({ attribute: false }) past?: number;
  /** Events were lost. */
  @property({ type: Boolean }) lossy = false;
  @state() private view = { x: 0, y: 0, scale: 1 };
  @state() private at = '';
  @state() private dragging = false;
  @query('svg') private canvas?: SVGSVGElement;
  private drawing?: Drawing;
  /** Of groups that were opened, how many of their tasks are drawn by themselves. */
  private readonly opened = new Map<string, number>();
  private layout?: Layout;
  private tall = false;
  /** The user moved it: it is no longer fitted by itself. */
  private moved = false;
  private resized?: ResizeObserver;

  static override styles = [base, graphStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized = new ResizeObserver(() => {
      if (this.drawing && this.isTall() !== this.tall) this.place();
      if (!this.moved) this.fit();
    });
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized?.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const chosen = changed.has('selected') && this.selected !== undefined;
    if (changed.has('graph') || (chosen && !this.selectedNode())) this.draw();
  }

  private draw(): void {
    const { graph, selected, opened } = this;
    this.drawing = graph && drawn(graph, { task: selected, opened });
    this.place();
    if (!this.layout?.nodes.some(({ id }) => id === this.at)) this.at = this.layout?.nodes[0]?.id ?? '';
  }

  /** Where the task whose details are shown is drawn by itself. */
  private selectedNode(): Placed | undefined {
    return this.layout?.nodes.find(
      ({ nodes }) => nodes.length === 1 && nodes[0].task !== undefined && nodes[0].task === this.selected,
    );
  }

  private place(): void {
    this.tall = this.isTall();
    this.layout = this.drawing && placed(this.drawing, this.tall);
    this.requestUpdate();
  }

  private isTall(): boolean {
    const { width, height } = this.getBoundingClientRect();
    return width < height;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('graph') && !this.moved) this.fit();
    else if (changed.has('selected')) {
      const node = this.selectedNode();
      if (node) this.bring(node);
    }
  }

  override render() {
    const { graph, drawing, layout, refused } = this;
    if (refused) return html`<p class="words" role="alert" data-testid="graph-refused">${refused}</p>`;
    if (!graph || !drawing || !layout)
      return html`<p class="words" data-testid="graph-loading">Looking who waits for what…</p>`;
    if (graph.nodes.length === 0)
      return html`<p class="words" data-testid="graph-empty">
        No task waits for a lock, a queue, an event, a connection or another task at
        ${this.past === undefined ? 'this moment' : `tick ${this.past}`}. ${this.lossy ? LOST : nothing}
      </p>`;
    const { x, y, scale } = this.view;
    const has = (which: (edge: DrawnEdge) => boolean) => drawing.edges.some(which);
    const left = drawing.left + (graph.left ?? 0);
    return html`
      <svg
        class=${this.dragging ? 'dragging' : ''}
        role="group"
        aria-label="Wait-for graph: arrow keys follow the edges, Enter selects"
        data-testid="graph-canvas"
        @wheel=${this.onWheel}
        @pointerdown=${this.onDown}
        @keydown=${this.onKey}
      >
        <defs>
          ${['', 'on-cycle'].map(
            (kind) =>
              svg`<marker id="head${kind}" class="head ${kind}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0.5L8,4L0,7.5z"></path></marker>`,
          )}
        </defs>
        <g transform="translate(${x},${y}) scale(${scale})">
          ${layout.edges.map((edge) => this.line(edge))} ${layout.nodes.map((node) => this.node(node))}
        </g>
      </svg>
      <ul class="list" aria-label="Who waits for what">
        ${drawing.edges.map((edge) => html`<li>${this.sentence(edge)}</li>`)}
      </ul>
      <div class="foot">
        ${
          graph.cycles.length > 0
            ? html`<span class="cycle" data-testid="graph-cycles"
                >${plural(graph.cycles.length, 'circle')} of tasks that wait for each other</span
              >`
            : html`<span>no circles</span>`
        }
        ${this.past === undefined ? nothing : html`<span data-testid="graph-past">as it was at tick ${this.past}, as far as that was recorded</span>`}
        ${this.lossy ? html`<span data-testid="graph-lossy">${LOST}</span>` : nothing}
        ${has(isAny) ? html`<span>dashed: any of them would do</span>` : nothing}
        ${has(({ kind }) => kind === 'setBy') ? html`<span>dotted: knows it, and could end the wait</span>` : nothing}
        ${
          left > 0
            ? html`<span data-testid="graph-left"
                >${count(left)} more not drawn: circles and what is near them come first</span
              >`
            : nothing
        }
        <span class="grow"></span>
        <span class="buttons">
          <button aria-label="Smaller" @click=${() => this.zoom(1 / ZOOM)}>−</button>
          <button aria-label="Larger" @click=${() => this.zoom(ZOOM)}>+</button>
          <button data-testid="graph-fit" @click=${() => this.fit()}>Fit</button>
        </span>
      </div>
    `;
  }

  private line(edge: Line) {
    const kind = edge.onCycle ? 'on-cycle' : '';
    const middle = edge.points[Math.floor(edge.points.length / 2)];
    const text = edge.kind === 'heldBy' ? 'held by' : edge.kind === 'setBy' ? this.saysOf(edge.from) : '';
    return svg`<path
        class="edge ${edge.kind} ${isAny(edge) ? 'any' : ''} ${kind}"
        data-testid="graph-edge"
        d=${pathOf(edge.points)}
        marker-end="url(#head${kind})"
      ></path>
      ${text && middle ? svg`<text class="label" x=${middle.x} y=${middle.y - 3}>${text}</text>` : nothing}`;
  }

  private node(node: Placed) {
    const { id, x, y, width, height, title, kind, nodes, onCycle } = node;
    const [first] = nodes;
    const isSelected = this.selected !== undefined && nodes.some(({ task }) => task === this.selected);
    const tone = TONES[first.kind] ?? 'tone-yellow';
    return svg`<g
      class="node ${tone} ${onCycle ? 'on-cycle' : ''} ${isSelected ? 'selected' : ''}"
      transform="translate(${x - width / 2},${y - height / 2})"
      role="button"
      tabindex=${id === this.at ? 0 : -1}
      aria-pressed=${isSelected}
      aria-label=${`${kind} ${title}${onCycle ? ', on a circle' : ''}${node.group === undefined ? '' : ', Enter draws them'}`}
      data-testid="graph-node"
      data-id=${id}
      @click=${(event: Event) => this.choose(event, node)}
    >
      <title>${
        nodes.length > 1
          ? nodes
              .map(({ label }) => label)
              .slice(0, 30)
              .join(', ') + '. Click to draw them.'
          : first.label
      }</title>
      <rect width=${width} height=${height} rx="3"></rect>
      <text x="10" y="17">${title}</text>
      <text class="kind" x="10" y="31">${kind}</text>
    </g>`;
  }

  private saysOf(id: string): string {
    const node = this.graph?.nodes.find((each) => each.id === id);
    return SAYS[node?.kind ?? 'other'];
  }

  private sentence({ from, to, kind, all }: DrawnEdge): string {
    const name = (id: string) => {
      const node = this.drawing?.nodes.find((each) => each.id === id);
      if (!node) return id;
      const [{ label }] = node.nodes;
      return node.nodes.length > 1 ? `${label} and ${node.nodes.length - 1} others` : label;
    };
    if (kind === 'heldBy') return `${name(from)} is held by ${name(to)}`;
    if (kind === 'setBy') return `${name(from)} is known to ${name(to)}`;
    return `${name(from)} waits for ${name(to)}${all ? '' : ', or another'}`;
  }

  // ---- what the user does ----

  private choose(event: Event, { id, nodes, group }: Placed): void {
    event.stopPropagation();
    this.at = id;
    if (group !== undefined) {
      this.opened.set(group, (this.opened.get(group) ?? 0) + OPENED);
      this.draw();
      // As large as it was: all of them at once could not be read.
      this.moved = true;
      const first = this.layout?.nodes.find((node) => node.id === id);
      if (first) this.bring(first);
      return;
    }
    const [{ task, source }] = nodes;
    if (task !== undefined) emit(this, 'pickTask', { id: task });
    else if (source) emit(this, 'open', source);
  }

  private readonly onKey = (event: KeyboardEvent) => {
    const { layout } = this;
    if (!layout) return;
    const here = layout.nodes.find(({ id }) => id === this.at);
    if ((event.key === 'Enter' || event.key === ' ') && here) this.choose(event, here);
    else if (event.key === '+' || event.key === '=') this.zoom(ZOOM);
    else if (event.key === '-') this.zoom(1 / ZOOM);
    else if (event.key === '0') this.fit();
    else {
      const next = walked(layout, this.at, event.key);
      if (next === undefined) return;
      this.at = next;
      void this.updateComplete.then(() => this.reveal());
    }
    event.preventDefault();
  };

  /** Focuses the node that the keys led to, and brings it into view. */
  private reveal(): void {
    const { layout, canvas } = this;
    const node = layout?.nodes.find(({ id }) => id === this.at);
    if (!node || !canvas) return;
    canvas.querySelector<SVGGElement>(`[data-id="${CSS.escape(node.id)}"]`)?.focus();
    this.bring(node);
  }

  /** Moves the picture just so far that the node is seen. */
  private bring(node: Placed): void {
    const { width, height } = this.canvas?.getBoundingClientRect() ?? { width: 0, height: 0 };
    if (width === 0) return;
    const { scale } = this.view;
    const within = (offset: number, middle: number, half: number, room: number) => {
      const low = middle * scale + offset - half * scale;
      const high = low + 2 * half * scale;
      return low < 0 ? offset - low + 8 : high > room ? offset - (high - room) - 8 : offset;
    };
    this.view = {
      scale,
      x: within(this.view.x, node.x, node.width / 2, width),
      y: within(this.view.y, node.y, node.height / 2, height),
    };
  }

  private readonly onWheel = (event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey)
      this.zoom(Math.exp(-event.deltaY / 300), event.offsetX, event.offsetY);
    else {
      this.moved = true;
      this.view = { ...this.view, x: this.view.x - event.deltaX, y: this.view.y - event.deltaY };
    }
  };

  private readonly onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const from = { x: event.clientX - this.view.x, y: event.clientY - this.view.y };
    const start = { x: event.clientX, y: event.clientY };
    const move = (to: PointerEvent) => {
      if (!this.dragging && Math.hypot(to.clientX - start.x, to.clientY - start.y) < 4) return;
      this.dragging = this.moved = true;
      this.view = { ...this.view, x: to.clientX - from.x, y: to.clientY - from.y };
    };
    const up = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      this.dragging = false;
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
  };

  /** About a point of the canvas, its middle where none is given. */
  private zoom(by: number, x?: number, y?: number): void {
    const room = this.canvas?.getBoundingClientRect();
    if (!room) return;
    const { view } = this;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, view.scale * by));
    const about = { x: x ?? room.width / 2, y: y ?? room.height / 2 };
    const keep = (offset: number, point: number) => point - ((point - offset) * scale) / view.scale;
    this.moved = true;
    this.view = { scale, x: keep(view.x, about.x), y: keep(view.y, about.y) };
  }

  private fit(): void {
    const { layout, canvas } = this;
    const room = canvas?.getBoundingClientRect();
    if (!layout || !room || room.width === 0 || layout.width === 0) return;
    this.moved = false;
    const scale = Math.max(SMALLEST, Math.min(1.2, room.width / layout.width, room.height / layout.height));
    this.view = {
      scale,
      x: (room.width - layout.width * scale) / 2,
      y: (room.height - layout.height * scale) / 2,
    };
  }
}

function isAny({ kind, all }: DrawnEdge): boolean {
  return (kind === 'waits' || kind === 'child') && !all;
}
