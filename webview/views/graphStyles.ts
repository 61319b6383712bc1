import { css } from 'lit';

export const graphStyles = css`
  :host {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
    position: relative;
  }
  .words,
  .foot {
    margin: 0;
    padding: 8px 12px;
    color: var(--muted);
    line-height: 1.5;
  }
  .words {
    max-width: 70ch;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 14px;
    padding: 4px 12px;
    border-top: 1px solid var(--line);
    font-size: var(--small);
  }
  .foot .grow {
    flex: 1;
  }
  .buttons {
    display: flex;
    gap: 4px;
  }
  .foot .cycle {
    color: var(--vscode-errorForeground);
  }
  svg {
    flex: 1;
    min-height: 0;
    width: 100%;
    touch-action: none;
    cursor: grab;
  }
  svg:focus-visible,
  svg:focus {
    outline: none;
  }
  svg.dragging {
    cursor: grabbing;
  }
  .node {
    cursor: pointer;
  }
  .node:focus {
    outline: none;
  }
  .node rect {
    fill: var(--vscode-editorWidget-background);
    stroke: var(--tone, var(--line));
    stroke-width: 1.2;
  }
  .node text {
    fill: var(--vscode-foreground);
    font-size: 12px;
  }
  .node .kind {
    fill: var(--muted);
    font-size: 10.5px;
  }
  .node.on-cycle rect {
    stroke: var(--vscode-errorForeground);
    stroke-width: 2;
  }
  .node.selected rect {
    fill: var(--vscode-list-activeSelectionBackground);
    stroke-width: 3;
  }
  .node.selected text {
    fill: var(--vscode-list-activeSelectionForeground, var(--vscode-foreground));
  }
  .node:focus-visible rect {
    stroke: var(--vscode-focusBorder);
    stroke-width: 2.5;
  }
  .edge {
    fill: none;
    stroke: var(--muted);
    stroke-width: 1.2;
  }
  .edge.setBy {
    stroke-dasharray: 2 4;
  }
  .edge.any {
    stroke-dasharray: 6 4;
  }
  .edge.on-cycle {
    stroke: var(--vscode-errorForeground);
    stroke-width: 2;
  }
  .head {
    fill: var(--muted);
  }
  .head.on-cycle {
    fill: var(--vscode-errorForeground);
  }
  .label {
    fill: var(--muted);
    font-size: 10px;
    text-anchor: middle;
    paint-order: stroke;
    stroke: var(--vscode-editor-background, var(--vscode-panel-background));
    stroke-width: 3px;
  }
  .list {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  button {
    min-width: 22px;
    padding: 1px 6px;
    border: 1px solid var(--line);
    border-radius: 2px;
    background: none;
    color: var(--vscode-foreground);
    font: inherit;
    cursor: pointer;
  }
  button:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }
  button:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
  }
`;
