import { css } from 'lit';

export const detailsStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-width: 0;
    min-height: 0;
  }
  header {
    display: flex;
    align-items: baseline;
    flex: none;
    gap: 8px;
    height: 28px;
    padding: 5px 4px 0 12px;
    white-space: nowrap;
  }
  h2 {
    margin: 0;
    font-size: 1em;
    font-weight: 600;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .close {
    margin-left: auto;
    align-self: flex-start;
    margin-top: -3px;
  }
  .body {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(240px, 100%), 1fr));
    gap: 0 28px;
    align-content: start;
    flex: 1;
    min-height: 0;
    overflow: auto;
    padding: 2px 12px 12px;
    outline: none;
    overflow-wrap: anywhere;
  }
  h3 {
    margin: 12px 0 4px;
    font-size: var(--small);
    font-weight: 400;
    color: var(--muted);
  }
  p {
    margin: 6px 0;
    line-height: 1.45;
  }
  .code {
    font-family: var(--code);
  }
  .body > p,
  .body > dl {
    grid-column: 1 / -1;
  }
  section {
    min-width: 0;
  }
  .sentence {
    margin: 2px 0 0;
    padding: 6px 10px;
    border-left: 3px solid var(--vscode-charts-blue);
    background: var(--vscode-textBlockQuote-background, var(--vscode-editorWidget-background));
  }
  .sentence[data-state='failed'] {
    border-left-color: var(--vscode-errorForeground);
  }
  .sentence[data-state='waiting'] {
    border-left-color: var(--vscode-charts-orange);
  }
  .sentence.suspected {
    border-left-color: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
  }
  .sentence.proved {
    border-left-color: var(--vscode-editorError-foreground, var(--vscode-charts-red));
    background: color-mix(
      in srgb,
      var(--vscode-editorError-foreground, var(--vscode-charts-red)) 14%,
      transparent
    );
  }
  .sentence + .sentence {
    margin-top: 6px;
  }
  .sentence[data-state='done'] {
    border-left-color: var(--vscode-charts-green);
  }
  .problem {
    color: var(--muted);
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
    line-height: 1.5;
  }
  li {
    display: flex;
    gap: 8px;
    align-items: baseline;
  }
  .branch {
    flex: none;
    width: 10px;
    color: var(--muted);
    font-family: var(--code);
  }
  .library .code {
    color: var(--muted);
  }
  .library .source {
    opacity: 0.7;
  }
  .causes .source,
  .chain .source,
  dd .source {
    white-space: nowrap;
  }
  dl {
    display: grid;
    grid-template-columns: max-content 1fr;
    gap: 3px 12px;
    margin: 4px 0;
  }
  dt {
    color: var(--muted);
  }
  dd {
    margin: 0;
    min-width: 0;
  }
  .times {
    display: flex;
    height: 10px;
    border-radius: 2px;
    overflow: hidden;
    border: 1px solid var(--vscode-contrastBorder, transparent);
  }
  .times span {
    flex: 0 0 0;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 12px;
    margin: 4px 0 0;
    font-size: var(--small);
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .legend i {
    display: inline-block;
    width: 8px;
    height: 8px;
    margin-right: 5px;
    border-radius: 1px;
  }
  .busy,
  .running {
    background: var(--vscode-charts-blue);
  }
  .ready {
    background: var(--vscode-charts-green);
  }
  .waited,
  .waiting {
    background: var(--vscode-charts-orange);
  }
  .waited {
    background: var(--vscode-disabledForeground, var(--muted));
  }
  .created {
    background: var(--vscode-charts-purple);
  }
  .done {
    background: var(--vscode-charts-foreground, var(--muted));
  }
  .failed,
  .cancelled {
    background: var(--vscode-charts-red);
  }
  .lane {
    position: relative;
    height: 16px;
    overflow: hidden;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 2px;
  }
  .change {
    position: absolute;
    top: 4px;
    height: 8px;
    min-width: 2px;
    padding: 0;
    border: 0;
    cursor: pointer;
  }
  .change.running {
    top: 0;
    height: 100%;
    min-width: 3px;
    z-index: 1;
  }
  .change:hover,
  .change:focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
    filter: brightness(1.25);
  }
  .change[data-here] {
    box-shadow: inset -2px 0 0 var(--vscode-foreground);
  }
  .axis {
    display: flex;
    justify-content: space-between;
    margin: 2px 0 0;
    font-size: var(--small);
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  .tasks {
    margin: 6px 0 0;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    grid-column: 1 / -1;
    gap: 5px;
    margin: 4px 0 2px;
  }
  .actions vscode-button {
    max-width: 100%;
  }
  .actions vscode-button::part(control) {
    padding: 2px 8px;
    font-size: 11.5px;
  }
`;
