/** Columns give way one after the other where there is little room; the line of a group spans those of one task. */
import { css } from 'lit';

export const tasksStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-width: 0;
    min-height: 0;
    container-type: inline-size;
  }
  .controls {
    display: flex;
    gap: 8px;
    flex: none;
    padding: 6px 10px;
  }
  vscode-text-field {
    flex: 1 1 auto;
    min-width: 0;
    max-width: 420px;
  }
  vscode-dropdown {
    flex: 0 1 180px;
    min-width: 90px;
    height: 26px;
  }
  .grid {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-height: 0;
    outline: none;
    --columns: 78px minmax(90px, 1.3fr) minmax(70px, 1fr) minmax(110px, 2fr) minmax(84px, 0.9fr) 74px 64px
      64px 74px 52px;
  }
  .grid[data-node] {
    --columns: 78px minmax(90px, 1.3fr) minmax(70px, 1fr) minmax(110px, 2fr) minmax(84px, 0.9fr) 74px;
  }
  .grid:focus-visible .headings {
    box-shadow: inset 0 -1px 0 var(--vscode-focusBorder);
  }
  lit-virtualizer {
    flex: 1;
    min-height: 0 !important;
    outline: none;
    overflow-x: hidden !important;
    scrollbar-gutter: stable;
  }
  .line {
    display: grid;
    grid-template-columns: var(--columns);
    column-gap: 10px;
    align-items: center;
    box-sizing: border-box;
    width: 100%;
    height: 24px;
    padding: 0 10px 0 9px;
    border-left: 3px solid var(--state, transparent);
    white-space: nowrap;
    cursor: default;
  }
  .headings {
    flex: none;
    padding-right: calc(10px + var(--scrollbar, 0px));
    border-bottom: 1px solid var(--line);
  }
  .headings button {
    max-width: 100%;
    padding: 0;
    border: 0;
    background: none;
    color: var(--muted);
    font: inherit;
    font-size: var(--small);
    cursor: pointer;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .headings button:hover,
  [aria-sort='ascending'] button,
  [aria-sort='descending'] button {
    color: var(--vscode-foreground);
  }
  .headings button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
  .arrow {
    margin-left: 3px;
  }
  .cell {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .number {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
  .line:not(.headings) > :is(.state, .coroutine, .reason, .source-cell, .number):not(.ageMs) {
    color: var(--muted);
    font-size: var(--small);
  }
  .source-cell .source {
    display: flex;
    min-width: 0;
  }
  .file {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .line:not(.headings):hover {
    background: var(--vscode-list-hoverBackground);
  }
  .selected {
    background: var(--vscode-list-inactiveSelectionBackground);
    color: var(--vscode-list-inactiveSelectionForeground, inherit);
    outline: 1px dotted var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .active {
    outline: 1px solid var(--vscode-list-focusOutline, var(--vscode-focusBorder));
    outline-offset: -1px;
  }
  .active.selected {
    background: var(--vscode-list-activeSelectionBackground);
    color: var(--vscode-list-activeSelectionForeground, inherit);
  }
  .active.selected .cell,
  .active.selected .source {
    color: inherit !important;
  }
  .member .name {
    padding-left: 14px;
  }
  .caret {
    display: inline-block;
    width: 14px;
    color: var(--muted);
  }
  /* The name of a group takes the place of state, name and coroutine. */
  .group .state,
  .group .coroutine {
    display: none;
  }
  .group .name {
    grid-column: 1 / 4;
    font-weight: 600;
  }
  .mark {
    margin-right: 5px;
    font-size: 10px;
    color: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
  }
  .proved .mark {
    color: var(--vscode-editorError-foreground, var(--vscode-charts-red));
  }
  .state-running {
    --state: var(--vscode-charts-blue);
  }
  .state-ready {
    --state: var(--vscode-charts-green);
  }
  .state-waiting {
    --state: var(--vscode-charts-orange);
  }
  .state-created {
    --state: var(--vscode-charts-purple);
  }
  .state-failed,
  .state-cancelled,
  .proved {
    --state: var(--vscode-charts-red);
  }
  .state-done {
    --state: var(--vscode-disabledForeground, var(--muted));
  }
  .empty,
  .error {
    margin: 0;
    padding: 8px 12px;
    color: var(--muted);
    line-height: 1.5;
  }
  .error {
    color: var(--vscode-errorForeground);
  }
  .empty {
    order: 3;
    flex: 1 0 auto;
  }
  @container (max-width: 900px) {
    .grid {
      --columns: 70px minmax(90px, 1.3fr) minmax(70px, 1fr) minmax(110px, 2fr) minmax(84px, 0.9fr) 74px 64px
        52px;
    }
    .readyMs,
    .waitingMs {
      display: none;
    }
  }
  @container (max-width: 730px) {
    .grid,
    .grid[data-node] {
      --columns: 64px minmax(80px, 1.2fr) minmax(100px, 2fr) minmax(80px, 0.9fr) 66px;
    }
    .coroutine,
    .busyMs,
    .steps {
      display: none;
    }
    .group .name {
      grid-column: 1 / 3;
    }
  }
  @container (max-width: 470px) {
    .grid,
    .grid[data-node] {
      --columns: minmax(80px, 1.2fr) minmax(90px, 1.6fr) minmax(70px, 1fr) 60px;
    }
    .state {
      display: none;
    }
    .line {
      column-gap: 7px;
    }
    .group .name {
      grid-column: 1;
    }
  }
`;
