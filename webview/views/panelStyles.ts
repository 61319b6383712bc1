import { css } from 'lit';

export const panelStyles = css`
  :host {
    display: block;
    position: absolute;
    inset: 0;
    background: var(--vscode-editor-background);
    container-type: inline-size;
  }
  .panel {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: hidden;
  }
  .grow {
    flex: 1;
    min-height: 0;
  }
  vscode-panels {
    overflow: hidden;
  }
  vscode-panels::part(tablist) {
    padding: 0 12px;
    column-gap: 20px;
  }
  vscode-panels::part(tabpanel) {
    min-height: 0;
    border-top: 1px solid var(--line);
  }
  vscode-panel-tab {
    height: 25px;
    padding: 2px 0 0;
    font-size: 11px;
    line-height: 18px;
    text-transform: uppercase;
  }
  .nothing {
    margin: 0;
    padding: 12px;
    color: var(--muted);
  }
  .tab-count {
    margin-left: 6px;
    color: var(--muted);
    font-variant-numeric: tabular-nums;
  }
  vscode-panel-view {
    position: absolute;
    inset: 0;
    padding: 0;
    flex-direction: column;
  }
  tick-breakpoints {
    flex: 1;
    min-height: 0;
  }
  .middle {
    display: flex;
  }
  .queues {
    flex: 1;
    min-width: 0;
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
  }
  tick-queue + tick-queue {
    border-left: 1px solid var(--line);
  }
  tick-details {
    flex: 0 0 300px;
    border-left: 1px solid var(--line);
  }
  .notice {
    display: flex;
    gap: 12px;
    align-items: baseline;
    padding: 4px 12px;
    border-bottom: 1px solid var(--line);
    line-height: 1.4;
  }
  .notice span {
    overflow-wrap: anywhere;
  }
  .past {
    background: var(--vscode-inputValidation-infoBackground, transparent);
    color: var(--vscode-inputValidation-infoForeground, inherit);
    border-bottom-color: var(--vscode-inputValidation-infoBorder, var(--line));
  }
  .fidelity {
    background: var(--vscode-inputValidation-warningBackground, transparent);
    color: var(--vscode-inputValidation-warningForeground, inherit);
    border-bottom-color: var(--vscode-inputValidation-warningBorder, var(--line));
  }
  .problem {
    background: var(--vscode-inputValidation-errorBackground, transparent);
    color: var(--vscode-inputValidation-errorForeground, inherit);
    border-bottom-color: var(--vscode-inputValidation-errorBorder, var(--line));
  }
  .ended {
    color: var(--muted);
  }
  .layer {
    position: fixed;
    inset: 0;
    pointer-events: none;
    overflow: hidden;
    z-index: 1;
  }
  .ghost {
    position: absolute;
    height: 42px;
    padding: 3px 9px;
    line-height: 19px;
    overflow: hidden;
    white-space: nowrap;
    text-overflow: ellipsis;
    border: 1px solid var(--vscode-focusBorder);
    border-radius: 2px;
    background: var(--vscode-editorWidget-background);
    box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
  }
  @container (max-width: 900px) {
    .middle {
      flex-direction: column;
    }
    tick-details {
      flex: 0 1 42%;
      border-left: 0;
      border-top: 1px solid var(--line);
    }
  }
  @container (max-width: 519px) {
    .queues {
      display: flex;
      flex-direction: column;
      overflow: auto;
    }
    tick-queue {
      flex: 1 0 132px;
    }
    tick-queue + tick-queue {
      border-left: 0;
      border-top: 1px solid var(--line);
    }
  }
`;
