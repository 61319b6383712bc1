/** Entries of one height, one under the other: where each is follows from its index, nothing is measured. */
import { FlowLayout } from '@lit-labs/virtualizer/layouts/flow.js';

/** Pixels of an entry with the gap to the next: `.row` and `.slot` in the styles add up to it. */
export const ROW_HEIGHT = 46;

/** Pixels of a line of a table. */
export const LINE_HEIGHT = 24;

export class RowLayout extends FlowLayout {
  protected readonly height: number = ROW_HEIGHT;
  /** Pixels drawn above and below what is seen. */
  protected override _overhang = 6 * ROW_HEIGHT;

  override get measureChildren(): boolean {
    return false;
  }

  override _getItemPosition(index: number) {
    return { left: 0, top: index * this.height };
  }

  override _getItemSize() {
    return { width: this._viewDim2, height: this.height };
  }

  override _updateScrollSize(): void {
    this._scrollSize = Math.max(1, this.items.length * this.height);
  }

  override _getActiveItems(): void {
    const last = this.items.length - 1;
    if (last < 0 || this._viewDim1 === 0) {
      this._first = this._last = -1;
      this._physicalMin = this._physicalMax = 0;
      return;
    }
    const top = this._scrollPosition - this._overhang;
    const bottom = this._scrollPosition + this._viewDim1 + this._overhang;
    this._last = Math.min(last, Math.max(0, Math.ceil(bottom / this.height) - 1));
    this._first = Math.min(this._last, Math.max(0, Math.floor(top / this.height)));
    this._physicalMin = this._first * this.height;
    this._physicalMax = (this._last + 1) * this.height;
  }
}

export class LineLayout extends RowLayout {
  protected override readonly height = LINE_HEIGHT;
}
