/**
 * Entries that move between queues are seen moving: an image of the entry flies from where it was to where
 * it is, and new entries light up for a moment. Nothing moves when the user asked for reduced motion.
 */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where an entry is: which column, and where on the screen. */
export interface Place {
  column: string;
  box: Box;
}

export interface Move {
  key: string;
  from: Box;
  to: Box;
}

export interface Plan {
  /** Entries that were in another column before. */
  moves: Move[];
  /** Entries that were not seen before. */
  appeared: string[];
}

/** More at once would be a blur: then nothing flies. */
const MOST_MOVES = 12;

/** Compares what was on the screen with what is; `entered` are the keys new in their column. */
export function plan(
  before: ReadonlyMap<string, Place>,
  after: ReadonlyMap<string, Place>,
  entered: ReadonlySet<string>,
): Plan {
  const moves: Move[] = [];
  const appeared: string[] = [];
  for (const [key, place] of after) {
    const was = before.get(key);
    if (was && was.column !== place.column) moves.push({ key, from: was.box, to: place.box });
    else if (!was && entered.has(key)) appeared.push(key);
  }
  return { moves: moves.length > MOST_MOVES ? [] : moves, appeared };
}

const FLIGHT_MS = 240;
const LIGHT_MS = 700;

export function motionReduced(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Lets an image of `element` fly to it; the element itself lights up on arrival. */
export function fly(layer: HTMLElement, element: HTMLElement, { from, to }: Move): void {
  const name = element.querySelector('.name')?.textContent ?? '';
  const ghost = document.createElement('div');
  ghost.className = 'ghost';
  ghost.textContent = name;
  ghost.style.width = `${to.width}px`;
  ghost.style.left = `${to.x}px`;
  ghost.style.top = `${to.y}px`;
  layer.append(ghost);
  const flight = ghost.animate(
    [
      { translate: `${from.x - to.x}px ${from.y - to.y}px`, opacity: 0.95 },
      { translate: '0 0', opacity: 0.6 },
    ],
    { duration: FLIGHT_MS, easing: 'ease-in-out' },
  );
  const land = () => ghost.remove();
  flight.finished.then(land, land);
  light(element, FLIGHT_MS * 0.6);
}

/** A short highlight. */
export function light(element: HTMLElement, delay = 0): void {
  const lit = 'color-mix(in srgb, var(--vscode-focusBorder) 40%, var(--vscode-editor-background))';
  element.animate(
    [{ backgroundColor: lit }, { backgroundColor: getComputedStyle(element).backgroundColor }],
    { duration: LIGHT_MS, delay, easing: 'ease-out' },
  );
}
